import type {KernelBackend, Tensor} from '@tensorflow/tfjs-core';
import type {EpilogueAttrs, EpilogueInputs, TwoStageAttrs} from '../../src/registry/kernel_names.js';
import type {Variants} from '../../src/registry/kernel_table.js';
import {portable} from '../../src/registry/portable.js';
import {applyEpilogue} from './epilogue.js';
import {native, required} from './strategies.js';
import {shaped} from './plain_ops.js';
import {computed, handleOf} from './tensorflow.js';

const isNative = ({first, second}: TwoStageAttrs): boolean =>
  native('ConvND', first) !== undefined && native('ConvND', second) !== undefined;

function twoStage(
  backend: KernelBackend,
  [x, first, second]: readonly [Tensor, Tensor, Tensor],
  epilogue: EpilogueInputs,
  attrs: TwoStageAttrs & EpilogueAttrs,
): Tensor {
  const [before, after] = [required(native('ConvND', attrs.first)), required(native('ConvND', attrs.second))];
  return computed(backend, tf => {
    const mid = before(tf, [handleOf(tf, x), handleOf(tf, first)]);
    const y = after(tf, [mid, handleOf(tf, second)]);
    return shaped(tf, applyEpilogue(tf, y, attrs.second.channelsLast, epilogue, attrs), attrs.outputShape);
  });
}

export const spatiallySeparableConv2D: Variants<'SpatiallySeparableConv2D'> = [
  {
    name: 'two_native',
    when: isNative,
    run: ({inputs, attrs, backend}) =>
      twoStage(backend, [inputs.x, inputs.columnFilter, inputs.rowFilter], inputs, attrs),
  },
  portable('SpatiallySeparableConv2D'),
];

export const depthwiseSeparableConv2D: Variants<'DepthwiseSeparableConv2D'> = [
  {
    name: 'two_native',
    when: isNative,
    run: ({inputs, attrs, backend}) =>
      twoStage(backend, [inputs.x, inputs.depthwiseFilter, inputs.pointwiseFilter], inputs, attrs),
  },
  portable('DepthwiseSeparableConv2D'),
];
