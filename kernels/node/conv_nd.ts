import type {Tensor} from '@tensorflow/tfjs-core';
import type {EpilogueAttrs, EpilogueInputs, KernelInputs} from '../../src/registry/kernel_names.js';
import type {KernelArgs, Variant, Variants} from '../../src/registry/kernel_table.js';
import {portable} from '../../src/registry/portable.js';
import {applyEpilogue} from './epilogue.js';
import {required, WAYS} from './strategies.js';
import type {Way} from './strategies.js';
import type {LinearKernel} from './native_ops.js';
import {shaped} from './plain_ops.js';
import {computed, handleOf} from './tensorflow.js';

type Epilogue = {readonly inputs: EpilogueInputs; readonly attrs: EpilogueAttrs};

/** A kernel by one way, with what follows on it. */
const variant = <K extends LinearKernel>(
  kernel: K,
  {name, of}: Way,
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

const waysOf = (kernel: LinearKernel): Way[] => WAYS.filter(({kernels}) => kernels.includes(kernel));

/** Ops of TensorFlow, and behind them the portable kernels for what the loaded library does not compute. */
export const convND: Variants<'ConvND'> = [
  ...waysOf('ConvND').map(way =>
    variant(
      'ConvND',
      way,
      ({x, filter}) => [x, filter],
      args => args,
    ),
  ),
  portable('ConvND'),
];

export const convNDBackpropInput: Variants<'ConvNDBackpropInput'> = [
  ...waysOf('ConvNDBackpropInput').map(way =>
    variant(
      'ConvNDBackpropInput',
      way,
      ({dy, filter}) => [dy, filter],
      args => args,
    ),
  ),
  portable('ConvNDBackpropInput'),
];

export const convNDBackpropFilter: Variants<'ConvNDBackpropFilter'> = [
  ...waysOf('ConvNDBackpropFilter').map(way =>
    variant(
      'ConvNDBackpropFilter',
      way,
      ({x, dy}) => [x, dy],
      () => undefined,
    ),
  ),
  portable('ConvNDBackpropFilter'),
];
