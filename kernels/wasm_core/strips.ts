import {UNIT_AXIS} from '../../src/geometry/axis.js';
import {product, spatialSizes} from '../../src/geometry/conv.js';
import type {ConvGeometry} from '../../src/geometry/conv.js';
import {CORE_FORWARD} from './algorithms.js';
import type {Device, Filter} from './conv_nd.js';
import {makeImage, withChannelsLast} from './layout.js';
import type {ImageKernel} from './layout.js';
import {withMemory} from './memory.js';
import {F32, NO_EPILOGUE} from './plan.js';
import type {Epilogue} from './plan.js';

/** The algorithm that is the first choice for a geometry. */
const forwardOf = (g: ConvGeometry): ImageKernel => CORE_FORWARD.filter(({when}) => when(g))[0].run;

/** Bytes of the middle result that are held at a time: half of a small L2 cache. */
const STRIP_BYTES = 128 * 1024;

/** One batch element's rows first ... first + count - 1 of a convolution's result. */
function rowsOf(g: ConvGeometry, first: number, count: number): ConvGeometry {
  const [depth, height, width] = g.axes;
  return {
    ...g, batch: 1,
    axes: [depth, {...height, output: count, padBefore: height.padBefore - first * height.stride}, width],
  };
}

/**
 * Two 2-D convolutions, the second of which sees one row of the middle result at a time (its kernel has height 1), a
 * strip of rows after the other, so that the middle result stays in the cache.
 */
export function convolveStrips(
    device: Device, first: ConvGeometry, second: ConvGeometry, x: number, filters: readonly [Filter, Filter], y: number,
    epilogue: Epilogue): void {
  withChannelsLast(device, first, 'x', x, from => makeImage(device, second, 'y', y, to => stripsChannelsLast(
      device, {...first, channelsLast: true}, {...second, channelsLast: true}, from, filters, to, epilogue)));
}

function stripsChannelsLast(
    device: Device, first: ConvGeometry, second: ConvGeometry, x: number, filters: readonly [Filter, Filter], y: number,
    epilogue: Epilogue): void {
  const [, rows, width] = spatialSizes(first, 'output');
  const rowBytes = width * first.outChannels * F32;
  const step = Math.max(1, Math.min(rows, Math.floor(STRIP_BYTES / rowBytes)));
  const xBytes = product(spatialSizes(first, 'input')) * first.inChannels * F32;
  const yRowBytes = spatialSizes(second, 'output')[2] * second.outChannels * F32;
  const [forwardFirst, forwardSecond] = [forwardOf(first), forwardOf(second)];
  withMemory(device.core.heap, step * rowBytes, middle => {
    for (let b = 0; b < first.batch; b++) {
      for (let row = 0; row < rows; row += step) {
        const count = Math.min(step, rows - row);
        const height = {...UNIT_AXIS, input: count, output: count};
        const strip = {...second, batch: 1, axes: [second.axes[0], height, second.axes[2]] as const};
        forwardFirst(device, rowsOf(first, row, count), x + b * xBytes, filters[0], middle, NO_EPILOGUE);
        forwardSecond(device, strip, middle, filters[1], y + (b * rows + row) * yRowBytes, epilogue);
      }
    }
  });
}
