import {tidy} from '@tensorflow/tfjs-core';
import type {Tensor} from '@tensorflow/tfjs-core';
import type {EpilogueAttrs, EpilogueInputs, TwoStageAttrs} from '../../src/registry/kernel_names.js';
import type {Variants} from '../../src/registry/kernel_table.js';
import {portable} from '../../src/registry/portable.js';
import {applyEpilogue} from './epilogue.js';
import {native, required} from './linear.js';
import {shaped, tensorFlow} from './tensorflow.js';
import type {TensorFlow} from './tensorflow.js';

const isNative = ({first, second}: TwoStageAttrs): boolean =>
    native('ConvND', first) !== undefined && native('ConvND', second) !== undefined;

function twoStage(
    tf: TensorFlow, x: Tensor, first: Tensor, second: Tensor, epilogue: EpilogueInputs,
    attrs: TwoStageAttrs & EpilogueAttrs): Tensor {
  const mid = required(native('ConvND', attrs.first))(tf, [x, first]);
  const y = required(native('ConvND', attrs.second))(tf, [mid, second]);
  return shaped(tf, applyEpilogue(tf, y, attrs.second.channelsLast, epilogue, attrs), attrs.outputShape);
}

export const spatiallySeparableConv2D: Variants<'SpatiallySeparableConv2D'> = [
  {
    name: 'two_native',
    when: isNative,
    run: ({inputs, attrs, backend}) =>
        tidy(() => twoStage(tensorFlow(backend), inputs.x, inputs.columnFilter, inputs.rowFilter, inputs, attrs)),
  },
  portable('SpatiallySeparableConv2D'),
];

export const depthwiseSeparableConv2D: Variants<'DepthwiseSeparableConv2D'> = [
  {
    name: 'two_native',
    when: isNative,
    run: ({inputs, attrs, backend}) =>
        tidy(() => twoStage(tensorFlow(backend), inputs.x, inputs.depthwiseFilter, inputs.pointwiseFilter, inputs, attrs)),
  },
  portable('DepthwiseSeparableConv2D'),
];
