import type {KernelName} from '../../src/registry/kernel_names.js';
import {takesEverything} from '../../src/registry/kernel_table.js';
import type {KernelArgs, Variant} from '../../src/registry/kernel_table.js';
import {PORTABLE, runKernelOn} from '../../src/registry/run_kernel.js';

/** The last variant of a kernel: the portable one, for devices on which the programs do not run. */
export const portable = <K extends KernelName>(name: K): Variant<K> => ({
  name: 'portable',
  when: takesEverything,
  run: ({inputs, attrs, backend}: KernelArgs<K>) => runKernelOn(PORTABLE, backend)(name, inputs, attrs),
});
