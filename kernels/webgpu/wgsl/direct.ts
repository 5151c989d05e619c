import {channelValues, EPILOGUE_UNIFORMS, epilogueBindings, epilogueFunctions, finished} from './epilogue.js';
import type {EpilogueKind} from './epilogue.js';
import {programsOf} from './program.js';
import {SLICE_OF_TAP, SLICE_UNIFORMS} from './slices.js';
import {TAP_UNIFORMS, tapsFunction} from './taps.js';

/*
 * The programs of the variants `direct`, which read their operands where TensorFlow.js has them: one thread sums one
 * result, or four neighbouring weights of the filter's gradient over one slice of the results.
 */

/** Element (image, pixel, channel) of a tensor is at image * imageStep + pixel * pixelStep + channel * channelStep. */
const elementTypes = <N extends string>(name: N) =>
  ({[`${name}Image`]: 'i32', [`${name}Pixel`]: 'i32', [`${name}Channel`]: 'i32'}) as Readonly<
    Record<`${N}Image` | `${N}Pixel` | `${N}Channel`, 'i32'>
  >;

export interface DirectKind {
  readonly phased: boolean;
  /** Of the result. */
  readonly channelsLast: boolean;
  readonly epilogue: EpilogueKind;
}

/**
 * The weight of tap t, source channel s, result channel r of a group is at
 * t * tapStride + group * groupStride + s * sourceStride + r * resultStride of the filter.
 */
const UNIFORM_TYPES = {
  ...TAP_UNIFORMS,
  ...EPILOGUE_UNIFORMS,
  ...elementTypes('source'),
  pixels: 'i32',
  channels: 'i32',
  sourcePerGroup: 'i32',
  resultPerGroup: 'i32',
  resultSize: 'vec3<i32>',
  resultStep: 'vec3<i32>',
  tapStride: 'i32',
  groupStride: 'i32',
  sourceStride: 'i32',
  resultStride: 'i32',
} as const;

export const directProgram = programsOf('direct', ({phased, channelsLast, epilogue}: DirectKind) => ({
  bindings: {source: 'values', filters: 'values', ...epilogueBindings(epilogue), result: 'writeValues'},
  uniforms: UNIFORM_TYPES,
  functions: tapsFunction(phased) + epilogueFunctions(epilogue),
  body: `
  let q = index / ${channelsLast ? 'u.channels' : 'u.pixels'};
  let inner = index - q * ${channelsLast ? 'u.channels' : 'u.pixels'};
  let image = q / ${channelsLast ? 'u.pixels' : 'u.channels'};
  let outer = q - image * ${channelsLast ? 'u.pixels' : 'u.channels'};
  let channel = ${channelsLast ? 'inner' : 'outer'};
  let pixel = ${channelsLast ? 'outer' : 'inner'};
  let line = pixel / u.resultSize.z;
  let plane = line / u.resultSize.y;
  let place = vec3<i32>(plane, line - plane * u.resultSize.y, pixel - line * u.resultSize.z);
  let t = place / u.resultStep;
  let taps = tapsOf(place - t * u.resultStep);
  let start = t * u.sourceStep + taps.sourceStart;
  let group = channel / u.resultPerGroup;
  let sources = image * u.sourceImage + group * u.sourcePerGroup * u.sourceChannel;
  let weights = group * u.groupStride + (channel - group * u.resultPerGroup) * u.resultStride;
  var sum = 0.0;
  for (var i = 0; i < taps.count.x; i++) {
    let d = start.x + i * u.tapStep.x;
    for (var j = 0; j < taps.count.y; j++) {
      let h = start.y + j * u.tapStep.y;
      for (var k = 0; k < taps.count.z; k++) {
        let w = start.z + k * u.tapStep.z;
        let at = taps.kernelStart + vec3<i32>(i, j, k) * u.kernelStep;
        let exists = (u32(d) < u32(u.sourceSize.x)) & (u32(h) < u32(u.sourceSize.y)) & (u32(w) < u32(u.sourceSize.z));
        let pixelAt = sources + ((d * u.sourceSize.y + h) * u.sourceSize.z + w) * u.sourcePixel;
        let weightAt = weights + ((at.x * u.kernel.y + at.y) * u.kernel.z + at.z) * u.tapStride;
        let end = select(0, u.sourcePerGroup, exists);
        for (var s = 0; s < end; s++) {
          sum += source[pixelAt + s * u.sourceChannel] * filters[weightAt + s * u.sourceStride];
        }
      }
    }
  }
  ${channelValues(epilogue, '', 'channel')}
  result[index] = ${finished(epilogue, 'vec4<f32>(sum, 0.0, 0.0, 0.0)', '')}.x;
`,
}));

export interface DirectGradientKind {
  /** Whether there are several slices, which are then added up; otherwise the tensor is written. */
  readonly sliced: boolean;
}

const GRADIENT_TYPES = {
  ...elementTypes('source'),
  ...elementTypes('dy'),
  ...SLICE_UNIFORMS,
  groups: 'i32',
  rows: 'i32',
  outBlocks: 'i32',
  outPerGroup: 'i32',
} as const;

/** Slices are as addSlicesProgram() reads them, without padding: [slice, tap, group, in channel of the group, block]. */
export const directGradientProgram = programsOf('direct_gradient', ({sliced}: DirectGradientKind) => ({
  bindings: {source: 'values', dy: 'values', result: sliced ? 'writeTexels' : 'writeValues'},
  uniforms: GRADIENT_TYPES,
  body: `
  let q = index / u.outBlocks;
  let c = 4 * (index - q * u.outBlocks);
  let tapGroups = q / u.rows;
  let row = q - tapGroups * u.rows;
  let tapNumber = tapGroups / u.groups;
  let group = tapGroups - tapNumber * u.groups;
  ${SLICE_OF_TAP}
  let right = min(firstColumn + u.columnsPerSlice, u.grid.z);
  let channels = min(u.outPerGroup - c, 4);
  var sum = vec4<f32>();
  for (var line = first; line < last; line++) {
    let plane = line / u.grid.y;
    let image = plane / u.grid.x;
    let depth = plane - image * u.grid.x;
    let height = line - plane * u.grid.y;
    let d = depth * u.stride.x + offset.x;
    let h = height * u.stride.y + offset.y;
    let reads = (u32(d) < u32(u.sourceSize.x)) & (u32(h) < u32(u.sourceSize.y));
    let sourceLine = image * u.sourceImage + (d * u.sourceSize.y + h) * u.sourceSize.z * u.sourcePixel +
        (group * u.rows + row) * u.sourceChannel;
    let dyLine = image * u.dyImage + (depth * u.grid.y + height) * u.grid.z * u.dyPixel +
        (group * u.outPerGroup + c) * u.dyChannel;
    let end = select(firstColumn, right, reads);
    for (var column = firstColumn; column < end; column++) {
      let w = column * u.stride.z + offset.z;
      if (u32(w) < u32(u.sourceSize.z)) {
        let x = source[sourceLine + w * u.sourcePixel];
        let from0 = dyLine + column * u.dyPixel;
        for (var i = 0; i < channels; i++) { sum[i] += x * dy[from0 + i * u.dyChannel]; }
      }
    }
  }
  ${
    sliced
      ? 'result[index] = sum;'
      : `let at = (tap * u.rows + row) * u.groups * u.outPerGroup + group * u.outPerGroup + c;
  for (var i = 0; i < channels; i++) { result[at + i] = sum[i]; }`
  }
`,
}));
