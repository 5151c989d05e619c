import {spatialSizes} from '../../src/geometry/conv.js';
import type {ConvGeometry} from '../../src/geometry/conv.js';
import {stripOf} from '../../src/geometry/two_stage.js';
import {FORWARD} from './algorithms.js';
import type {Algorithm} from './algorithms.js';
import {xImage, yImage} from './image.js';
import type {Image} from './image.js';

/** The algorithm that the first choice is for this geometry. */
const forwardOf = (g: ConvGeometry): Algorithm => FORWARD.filter(({when}) => when(g))[0].run;

/** Elements of the middle result that are held at a time: 128 KiB, which stay in the L2 cache. */
const STRIP_ELEMENTS = 1 << 15;

const at = (image: Image, batch: number, row: number): Image => ({
  ...image,
  offset: image.offset + batch * image.batch + row * image.spatial[1],
});

/**
 * Two 2-D convolutions, the second of which sees one row of the middle result at a time (its kernel has height 1), a
 * strip of rows after the other, so that the middle result is never written to main memory.
 */
export function convolveStrips(
  first: ConvGeometry,
  second: ConvGeometry,
  x: Float32Array,
  filters: readonly [Float32Array, Float32Array],
  y: Float32Array,
): void {
  const [, rows, width] = spatialSizes(first, 'output');
  const step = Math.max(1, Math.min(rows, Math.floor(STRIP_ELEMENTS / (width * first.outChannels))));
  const middle = new Float32Array(step * width * first.outChannels);
  const [xs, ys] = [xImage(x, first), yImage(y, second)];
  const [forwardFirst, forwardSecond] = [forwardOf(first), forwardOf(second)];
  for (let b = 0; b < first.batch; b++) {
    for (let row = 0; row < rows; row += step) {
      const count = Math.min(step, rows - row);
      const strip = stripOf(first, second, row, count);
      const mid = yImage(middle, {...strip.first, channelsLast: true});
      forwardFirst(strip.first, at(xs, b, 0), filters[0], mid);
      forwardSecond(strip.second, mid, filters[1], at(ys, b, row));
    }
  }
}
