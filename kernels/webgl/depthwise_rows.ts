import {env} from '@tensorflow/tfjs-core';
import type {TensorInfo} from '@tensorflow/tfjs-core';
import {isElementwise} from './channels.js';
import {fullPairs, rowTaps, tapPairsLoad, tapsKind, tapsLayout} from './depthwise_taps.js';
import type {Device} from './device.js';
import {epiloguePart} from './epilogue.js';
import type {Epilogue} from './epilogue.js';
import {depthwiseRowsSource} from './glsl/depthwise_rows.js';
import type {ImageLayout} from '../../src/geometry/image_layout.js';
import {laidOutFilter} from './filter_cache.js';
import {blocksOf} from './image_texture.js';
import {columnPairs, lineCount, linesLayout, packedImage, pairs} from './packed.js';
import type {Plan} from './plan.js';
import {draw} from './program.js';
import {fits, withScratch} from './texture_layout.js';
import type {RunLayout} from './texture_layout.js';
import {withOutput} from './tensors.js';

/** Whether the program computes the plan, on packed textures of this device. */
export function takesRows(plan: Plan): boolean {
  const {
    backward,
    geometry: {axes},
    source,
    result,
  } = plan;
  const [, , width] = axes;
  return (
    env().getBool('WEBGL_PACK') &&
    isElementwise(plan) &&
    source.channels === result.channels &&
    source.channelsLast &&
    (rowTaps(plan).areFew || (width.stride === 1 && width.dilation === 1)) &&
    (!backward || axes.every(({stride}) => stride === 1)) &&
    fits(linesLayout(source)) &&
    fits(tapsLayout(plan))
  );
}

/** Whether a row of the texture has whole lines, or one pair of columns. */
const isUsable = ({perRow}: RunLayout, image: ImageLayout): boolean =>
  perRow === 1 || perRow % columnPairs(image) === 0;

/** Texels of the results where so many lines are made at once: a row of the texture has as many, one from each target. */
const resultLayout = ({result}: Plan, lines: number): RunLayout => ({
  length: lines * columnPairs(result) * pairs(result.channels),
  perRow: 1,
  rows: Math.ceil(lineCount(result) / lines),
});

/** Whether so many lines are of one image, wherever they begin, and fit in a row of a texture. */
function canMake(plan: Plan, lines: number): boolean {
  const {
    batch,
    grid: [depth, height],
  } = plan;
  return lines <= height && (batch * depth === 1 || height % lines === 0) && fits(resultLayout(plan, lines));
}

/** Whether images have one plane and every result meets it. */
const isFlat = ({
  geometry: {
    axes: [{kernel, padBefore, input, output}],
  },
}: Plan): boolean => kernel === 1 && padBefore === 0 && input === 1 && output === 1;

/** The result of a depthwise convolution, or input gradient, that takesRows(). */
export function computeRows(
  device: Device,
  plan: Plan,
  source: TensorInfo,
  filter: TensorInfo,
  epilogue: Epilogue,
  outputShape: number[],
): TensorInfo {
  const {
    source: image,
    grid,
    sourceStep,
    tapStep,
    geometry: {axes},
  } = plan;
  const taps = rowTaps(plan);
  const kind = tapsKind(plan, lines => canMake(plan, lines));
  const layout = kind.lines > 1 ? resultLayout(plan, kind.lines) : undefined;
  return withOutput(
    device,
    outputShape,
    ({target}) =>
      withScratch(device, scratch => {
        const packed = packedImage(device, scratch, source, image, runs => isUsable(runs, image));
        const filters = laidOutFilter(device, scratch, filter, tapPairsLoad(plan));
        const end = epiloguePart(device, epilogue, image.channels, blocksOf(1, image.channels, 1));
        const made =
          layout === undefined
            ? [target]
            : Array.from({length: kind.lines}, () => scratch.make({...layout, length: layout.length / kind.lines}));
        draw(
          device,
          {
            source: depthwiseRowsSource({epilogue: end.kind, flat: isFlat(plan), taps: kind}),
            textures: {source: packed.texture, filters: filters.texture, ...end.textures},
            ints: {
              ...end.ints,
              sourceSize: image.spatial,
              grid,
              sourceStep,
              tapStep,
              kernel: axes.map(({kernel}) => kernel),
              sourceStart: axes.map(({padBefore}) => (plan.backward ? padBefore : -padBefore)),
              targetWidth: made[0].width,
              channels: image.channels,
              channelPairs: pairs(image.channels),
              tapPairs: taps.tapPairs,
              fullPairs: fullPairs(plan, taps),
              firstPair: taps.firstPair,
              perRow: packed.perRow,
            },
            floats: end.floats,
          },
          made,
          layout && target,
        );
      }),
    layout,
  );
}
