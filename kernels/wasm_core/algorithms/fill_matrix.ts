import {matrixShape, spatialSizes} from '../../../src/geometry/conv.js';
import type {ConvGeometry} from '../../../src/geometry/conv.js';
import {filterTaps, forwardTapPlan} from '../../../src/geometry/taps.js';
import type {AxisTaps} from '../../../src/geometry/taps.js';

/** The output and input positions that meet at a tap, along one axis. */
function meetings({count, sourceSize, sourceStep}: AxisTaps, source: number): Array<[number, number]> {
  return Array.from({length: count}, (_, t): [number, number] => [t, source + t * sourceStep]).filter(
    ([, i]) => i >= 0 && i < sourceSize,
  );
}

/** Writes the filter's matrix [inChannels / groups, outChannels] of one tap where output pixel o meets input pixel i. */
function writeTap(
  g: ConvGeometry,
  filter: Float32Array,
  tap: number,
  o: number,
  i: number,
  columns: number,
  matrix: Float32Array,
): void {
  const [channels, filters] = [g.inChannels / g.groups, g.outChannels / g.groups];
  for (let co = 0; co < g.outChannels; co++) {
    const at = (o * g.outChannels + co) * columns + i * g.inChannels + Math.floor(co / filters) * channels;
    for (let c = 0; c < channels; c++) matrix[at + c] = filter[(tap * channels + c) * g.outChannels + co];
  }
}

/** Writes the matrix of a convolution into zeros. */
export function fillMatrix(g: ConvGeometry, filter: Float32Array, matrix: Float32Array): void {
  const plan = forwardTapPlan(g);
  const [, height, width] = plan;
  const [, , inWidth] = spatialSizes(g, 'input');
  const [, columns] = matrixShape(g);
  const taps = filterTaps(plan, g);
  height.source.forEach((sourceHeight, kh) =>
    width.source.forEach((sourceWidth, kw) => {
      const tap = taps[kh * width.source.length + kw];
      for (const [oh, ih] of meetings(height, sourceHeight)) {
        for (const [ow, iw] of meetings(width, sourceWidth)) {
          writeTap(g, filter, tap, oh * width.count + ow, ih * inWidth + iw, columns, matrix);
        }
      }
    }),
  );
}
