import {product, spatialSizes} from '../../../src/geometry/conv.js';
import type {ConvGeometry} from '../../../src/geometry/conv.js';
import {perGeometry, shared} from '../../../src/geometry/geometry_cache.js';
import {withMemory} from '../runtime/heap.js';
import {F32} from '../plan/conv_plan.js';
import type {Device, FilterGradientKernel, ImageKernel} from '../types.js';

/** The geometry with its images channels last. */
export const channelsLast = perGeometry((g): ConvGeometry => (g.channelsLast ? g : shared({...g, channelsLast: true})));

/** Pixels and channels of x or of y. */
const sizesOf = (g: ConvGeometry, image: 'x' | 'y'): [number, number] =>
  image === 'x'
    ? [product(spatialSizes(g, 'input')), g.inChannels]
    : [product(spatialSizes(g, 'output')), g.outChannels];

/** Transposes every batch element of an image. */
function transposeAll(
  {core: {run}}: Device,
  batch: number,
  to: number,
  from: number,
  rows: number,
  columns: number,
): void {
  for (let b = 0; b < batch; b++) {
    const offset = b * rows * columns * F32;
    run.transpose(to + offset, from + offset, rows, columns);
  }
}

/** Runs `use` with an image channels last, out of one channels first. */
export function withChannelsLast(
  device: Device,
  g: ConvGeometry,
  image: 'x' | 'y',
  pointer: number,
  use: (pointer: number) => void,
): void {
  if (g.channelsLast) return use(pointer);
  const [pixels, channels] = sizesOf(g, image);
  withMemory(device.core.heap, g.batch * pixels * channels * F32, copy => {
    transposeAll(device, g.batch, copy, pointer, channels, pixels);
    use(copy);
  });
}

/** Lets `make` write an image channels last, and puts it channels first where that is its layout. */
export function makeImage(
  device: Device,
  g: ConvGeometry,
  image: 'x' | 'y',
  pointer: number,
  make: (pointer: number) => void,
): void {
  if (g.channelsLast) return make(pointer);
  const [pixels, channels] = sizesOf(g, image);
  withMemory(device.core.heap, g.batch * pixels * channels * F32, copy => {
    make(copy);
    transposeAll(device, g.batch, pointer, copy, pixels, channels);
  });
}

/**
 * A kernel for both layouts out of one for channels last: other images are transposed before and after, which costs
 * little beside a convolution and leaves one form of every kernel.
 */
export const inBothLayouts =
  (kernel: ImageKernel, source: 'x' | 'y'): ImageKernel =>
  (device, g, from, filter, to, epilogue) =>
    g.channelsLast
      ? kernel(device, g, from, filter, to, epilogue)
      : withChannelsLast(device, g, source, from, image =>
          makeImage(device, g, source === 'x' ? 'y' : 'x', to, result =>
            kernel(device, channelsLast(g), image, filter, result, epilogue),
          ),
        );

/** The same for a kernel that computes dfilter. */
export const filterGradientInBothLayouts =
  (kernel: FilterGradientKernel): FilterGradientKernel =>
  (device, g, x, dy, dfilter) =>
    withChannelsLast(device, g, 'x', x, source =>
      withChannelsLast(device, g, 'y', dy, gradient => kernel(device, channelsLast(g), source, gradient, dfilter)),
    );
