import {env} from '@tensorflow/tfjs-core';
import type {TensorInfo} from '@tensorflow/tfjs-core';
import {copyValues} from './filter_texture.js';
import type {FilterLoad} from './filter_texture.js';
import {laidOutFilter} from './filter_cache.js';
import type {Device} from './device.js';
import {epiloguePart} from './epilogue.js';
import type {Epilogue} from './epilogue.js';
import {TILE} from './glsl/conv.js';
import {loadWeightPairs, pointwiseSource} from './glsl/pointwise.js';
import {blocksOf, layoutUniforms} from './image_texture.js';
import {columnPairs, lineCount, linesLayout, packedImage, pairs} from './packed.js';
import type {Plan} from './plan.js';
import {draw} from './program.js';
import {fits, layoutRuns, withScratch} from './texture_layout.js';
import type {RunLayout} from './texture_layout.js';
import {isFreeToShape, withOutput} from './tensors.js';

const filterLayout = ({source, result}: Plan): RunLayout => layoutRuns(pairs(result.channels), pairs(source.channels));

/** What one target holds: a quarter of the pairs of columns. */
const quarterLayout = ({result}: Plan): RunLayout =>
  layoutRuns(Math.ceil((lineCount(result) * columnPairs(result)) / TILE), pairs(result.channels));

/** The result: one quarter below the other. */
function resultLayout(plan: Plan): RunLayout {
  const quarter = quarterLayout(plan);
  return {...quarter, rows: TILE * quarter.rows};
}

/** What the steps of tiles take beside their products, in reads of a texel: for a texel of the source, and of the result. */
const [LOAD, STORE] = [10, 20];

/** Whether it takes less than tiles: for a pair of channels of the source and a texel of the result 5/4 reads, those 1. */
function pays({source, result}: Plan): boolean {
  const [sourcePairs, resultPairs] = [pairs(source.channels), pairs(result.channels)];
  return sourcePairs / 4 < (LOAD * sourcePairs) / resultPairs + STORE;
}

/** Whether each result meets the source in its place, and the textures of this device hold both packed. */
export function takesPointwise(plan: Plan): boolean {
  const {
    geometry: {axes, groups},
    source,
    result,
  } = plan;
  const inPlace = axes.every(
    ({kernel, stride, padBefore, input, output}) => kernel === 1 && stride === 1 && padBefore === 0 && input === output,
  );
  return (
    env().getBool('WEBGL_PACK') &&
    groups === 1 &&
    source.channelsLast &&
    inPlace &&
    source.spatial[2] > 1 &&
    pays(plan) &&
    isFreeToShape(lineCount(result)) &&
    fits(linesLayout(source)) &&
    fits(filterLayout(plan)) &&
    fits(resultLayout(plan))
  );
}

/** The filter in pairs of channels. */
function weightPairsLoad(plan: Plan): FilterLoad {
  const {
    backward,
    geometry: {outChannels},
    source,
    result,
  } = plan;
  const sourcePairs = pairs(source.channels);
  const ints = {sourcePairs, sourceChannels: source.channels, resultChannels: result.channels, outChannels};
  return {
    order: backward ? 'weights, backward' : 'weights',
    layout: filterLayout(plan),
    step: 1,
    source: way => loadWeightPairs(way, backward),
    ints,
    write(values, texel, out) {
      const pair = Math.floor(texel / sourcePairs);
      for (const [place, second, next] of [
        [0, 0, 0],
        [1, 0, 1],
        [2, 1, 0],
        [3, 1, 1],
      ]) {
        const channel = 2 * (texel - pair * sourcePairs) + second,
          of = 2 * pair + next;
        const exists = channel < source.channels && of < result.channels;
        const from = backward ? of * outChannels + channel : channel * outChannels + of;
        copyValues(values, from, exists ? 1 : 0, 1, out, 4 * texel + place);
      }
    },
  };
}

/** The result of a convolution, or input gradient, that takesPointwise(). */
export const computePointwise = (
  device: Device,
  plan: Plan,
  source: TensorInfo,
  filter: TensorInfo,
  epilogue: Epilogue,
  outputShape: number[],
): TensorInfo =>
  withOutput(
    device,
    outputShape,
    ({target}) =>
      withScratch(device, scratch => {
        const {source: image, result} = plan;
        const packed = packedImage(device, scratch, source, image, () => true);
        const filters = laidOutFilter(device, scratch, filter, weightPairsLoad(plan));
        const end = epiloguePart(device, epilogue, result.channels, blocksOf(1, result.channels, 1));
        const quarter = quarterLayout(plan);
        const made = Array.from({length: TILE}, () => scratch.make(quarter));
        const [, , width] = result.spatial;
        draw(
          device,
          {
            source: pointwiseSource({epilogue: end.kind, rest: image.channels % 4, oddWidth: width % 2 === 1}),
            textures: {source: packed.texture, filters: filters.texture, ...end.textures},
            ints: {
              ...end.ints,
              ...layoutUniforms('source', packed),
              ...layoutUniforms('filters', filters),
              targetWidth: made[0].width,
              end: 2 * Math.floor(image.channels / 4),
              resultPairs: pairs(result.channels),
              quarter: quarter.perRow * quarter.rows,
              columnPairs: columnPairs(result),
              width,
              channels: result.channels,
            },
            floats: end.floats,
          },
          made,
          target,
        );
      }),
    resultLayout(plan),
  );
