import type {KernelBackend, Tensor, TensorInfo} from '@tensorflow/tfjs-core';
import {product, spatialSizes} from '../../src/geometry/conv.js';
import type {EpilogueAttrs, EpilogueInputs, TwoStageAttrs} from '../../src/registry/kernel_names.js';
import {takesEverything} from '../../src/registry/kernel_table.js';
import type {Variants} from '../../src/registry/kernel_table.js';
import {epilogueArrays, makeOutput, valuesOf} from './arrays.js';
import {applyEpilogue} from './epilogue.js';
import {yImage} from './image.js';
import {convolveStrips} from './strips.js';

function twoStage(
  backend: KernelBackend,
  x: Tensor,
  filters: readonly [Tensor, Tensor],
  epilogue: EpilogueInputs,
  attrs: TwoStageAttrs & EpilogueAttrs,
): TensorInfo {
  const {first, second, outputShape} = attrs;
  const [f, g] = filters.map(filter => valuesOf(backend, filter));
  return makeOutput(backend, outputShape, y => {
    convolveStrips(first, second, valuesOf(backend, x), [f, g], y);
    const pixels = product(spatialSizes(second, 'output'));
    applyEpilogue(
      yImage(y, second),
      second.batch,
      pixels,
      second.outChannels,
      epilogueArrays(backend, epilogue),
      attrs,
    );
  });
}

export const spatiallySeparableConv2D: Variants<'SpatiallySeparableConv2D'> = [
  {
    name: 'strips',
    when: takesEverything,
    run: ({inputs, attrs, backend}) =>
      twoStage(backend, inputs.x, [inputs.columnFilter, inputs.rowFilter], inputs, attrs),
  },
];

export const depthwiseSeparableConv2D: Variants<'DepthwiseSeparableConv2D'> = [
  {
    name: 'strips',
    when: takesEverything,
    run: ({inputs, attrs, backend}) =>
      twoStage(backend, inputs.x, [inputs.depthwiseFilter, inputs.pointwiseFilter], inputs, attrs),
  },
];
