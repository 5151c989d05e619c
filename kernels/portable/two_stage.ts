import {reshape, tidy} from '@tensorflow/tfjs-core';
import type {Tensor} from '@tensorflow/tfjs-core';
import {isDepthwise} from '../../src/geometry/conv.js';
import type {ConvGeometry} from '../../src/geometry/conv.js';
import type {EpilogueAttrs, EpilogueInputs, TwoStageAttrs} from '../../src/registry/kernel_names.js';
import {takesEverything} from '../../src/registry/kernel_table.js';
import type {Variants} from '../../src/registry/kernel_table.js';
import {depthwiseConv} from './depthwise.js';
import {applyEpilogue} from './epilogue.js';
import {conv} from './tap_products.js';

const forwardOf = (g: ConvGeometry) => (isDepthwise(g) ? depthwiseConv : conv);

const twoStage = (
  x: Tensor,
  first: Tensor,
  second: Tensor,
  epilogue: EpilogueInputs,
  attrs: TwoStageAttrs & EpilogueAttrs,
): Tensor =>
  tidy(() => {
    const mid = forwardOf(attrs.first)(x, first, attrs.first);
    const y = forwardOf(attrs.second)(mid, second, attrs.second);
    return reshape(applyEpilogue(y, attrs.second.channelsLast, epilogue, attrs), attrs.outputShape);
  });

export const spatiallySeparableConv2D: Variants<'SpatiallySeparableConv2D'> = [
  {
    name: 'two_convolutions',
    when: takesEverything,
    run: ({inputs, attrs}) => twoStage(inputs.x, inputs.columnFilter, inputs.rowFilter, inputs, attrs),
  },
];

export const depthwiseSeparableConv2D: Variants<'DepthwiseSeparableConv2D'> = [
  {
    name: 'two_convolutions',
    when: takesEverything,
    run: ({inputs, attrs}) => twoStage(inputs.x, inputs.depthwiseFilter, inputs.pointwiseFilter, inputs, attrs),
  },
];
