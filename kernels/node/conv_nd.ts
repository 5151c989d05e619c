import type {Tensor} from '@tensorflow/tfjs-core';
import type {EpilogueAttrs, EpilogueInputs, KernelInputs} from '../../src/registry/kernel_names.js';
import type {KernelArgs, Variant, Variants} from '../../src/registry/kernel_table.js';
import {portable} from '../../src/registry/portable.js';
import {applyEpilogue} from './epilogue.js';
import {required, NATIVE_VARIANTS} from './variants.js';
import type {NativeVariant} from './variants.js';
import type {ConvKernel} from './op_families.js';
import {shaped} from './plain_ops.js';
import {computed, handleOf} from './tensorflow.js';

type Epilogue = {readonly inputs: EpilogueInputs; readonly attrs: EpilogueAttrs};

/** A kernel by one native variant, with its epilogue. */
const variant = <K extends ConvKernel>(
  kernel: K,
  {name, of}: NativeVariant,
  operandsOf: (inputs: KernelInputs<K>) => readonly [Tensor, Tensor],
  epilogueOf: (args: KernelArgs<K>) => Epilogue | undefined,
): Variant<K> => ({
  name,
  when: ({geometry}) => of(kernel, geometry) !== undefined,
  run: args => {
    const {geometry, outputShape} = args.attrs;
    const compute = required(of(kernel, geometry));
    const [a, b] = operandsOf(args.inputs);
    const epilogue = epilogueOf(args);
    return computed(args.backend, tf => {
      const result = compute(tf, [handleOf(tf, a), handleOf(tf, b)]);
      const done =
        epilogue === undefined
          ? result
          : applyEpilogue(tf, result, geometry.channelsLast, epilogue.inputs, epilogue.attrs);
      return shaped(tf, done, outputShape);
    });
  },
});

const variantsOf = (kernel: ConvKernel): NativeVariant[] =>
  NATIVE_VARIANTS.filter(({kernels}) => kernels.includes(kernel));

/** Ops of TensorFlow, and last the portable kernels for what the loaded library does not compute. */
export const convND: Variants<'ConvND'> = [
  ...variantsOf('ConvND').map(native =>
    variant(
      'ConvND',
      native,
      ({x, filter}) => [x, filter],
      args => args,
    ),
  ),
  portable('ConvND'),
];

export const convNDBackpropInput: Variants<'ConvNDBackpropInput'> = [
  ...variantsOf('ConvNDBackpropInput').map(native =>
    variant(
      'ConvNDBackpropInput',
      native,
      ({dy, filter}) => [dy, filter],
      args => args,
    ),
  ),
  portable('ConvNDBackpropInput'),
];

export const convNDBackpropFilter: Variants<'ConvNDBackpropFilter'> = [
  ...variantsOf('ConvNDBackpropFilter').map(native =>
    variant(
      'ConvNDBackpropFilter',
      native,
      ({x, dy}) => [x, dy],
      () => undefined,
    ),
  ),
  portable('ConvNDBackpropFilter'),
];
