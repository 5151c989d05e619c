import type {KernelName} from './kernel_names.js';
import {takesEverything} from './kernel_table.js';
import type {KernelArgs, Variant} from './kernel_table.js';
import {PORTABLE, runKernelOn} from './run_kernel.js';

/** The last variant of a kernel: the portable one, for what a device or a library does not compute. */
export const portable = <K extends KernelName>(name: K): Variant<K> => ({
  name: 'portable',
  when: takesEverything,
  run: ({inputs, attrs, backend}: KernelArgs<K>) => runKernelOn(PORTABLE, backend)(name, inputs, attrs),
});
