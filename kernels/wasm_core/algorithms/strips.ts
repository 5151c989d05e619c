import {product, spatialSizes} from '../../../src/geometry/conv.js';
import type {ConvGeometry} from '../../../src/geometry/conv.js';
import {stripOf} from '../../../src/geometry/two_stage.js';
import {CORE_FORWARD} from './choice.js';
import {channelsLast, makeImage, withChannelsLast} from './channels_last.js';
import {withMemory} from '../runtime/heap.js';
import {F32, NO_EPILOGUE} from '../plan/conv_plan.js';
import type {Epilogue} from '../plan/conv_plan.js';
import type {Device, Filter, ImageKernel} from '../types.js';

/** The algorithm that is the first choice for a geometry. */
const forwardOf = (g: ConvGeometry): ImageKernel => CORE_FORWARD.filter(({when}) => when(g))[0].run;

/** Bytes of the middle result that are held at a time: half of a small L2 cache. */
const STRIP_BYTES = 128 * 1024;

/**
 * Two 2-D convolutions, the second of which sees one row of the middle result at a time (its kernel has height 1), a
 * strip of rows after the other, so that the middle result stays in the cache.
 */
export function convolveStrips(
  device: Device,
  first: ConvGeometry,
  second: ConvGeometry,
  x: number,
  filters: readonly [Filter, Filter],
  y: number,
  epilogue: Epilogue,
): void {
  withChannelsLast(device, first, 'x', x, from =>
    makeImage(device, second, 'y', y, to =>
      stripsChannelsLast(device, channelsLast(first), channelsLast(second), from, filters, to, epilogue),
    ),
  );
}

function stripsChannelsLast(
  device: Device,
  first: ConvGeometry,
  second: ConvGeometry,
  x: number,
  filters: readonly [Filter, Filter],
  y: number,
  epilogue: Epilogue,
): void {
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
        const strip = stripOf(first, second, row, count);
        forwardFirst(device, strip.first, x + b * xBytes, filters[0], middle, NO_EPILOGUE);
        forwardSecond(device, strip.second, middle, filters[1], y + (b * rows + row) * yRowBytes, epilogue);
      }
    }
  });
}
