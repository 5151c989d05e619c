import {Tensor} from '@tensorflow/tfjs-core';
import type {KernelBackend, TensorInfo} from '@tensorflow/tfjs-core';
import {product} from '../../../src/geometry/conv.js';
import {resolveConv, resolveConvTranspose, resolveDepthwise} from '../../../src/geometry/resolve.js';
import type {ResolvedConv} from '../../../src/geometry/resolve.js';
import {LINEAR} from '../../../src/registry/kernel_names.js';
import type {KernelAttrs} from '../../../src/registry/kernel_names.js';
import type {KernelTable} from '../../../src/registry/kernel_table.js';
import {selectVariant} from '../../../src/registry/select.js';
import type {FilterCache} from '../runtime/filter_cache.js';

/*
 * Engines compile a function of JavaScript when it is first called, which takes longer than a small layer does. So the
 * kernels run on tiny layers when a backend is set up: below TensorFlow.js' engine, which then has neither tensors to
 * count nor kernels to record.
 */

/** Computes a result from an image and a filter. */
type Run = (image: Tensor, filter: Tensor, attrs: KernelAttrs<'ConvND'>) => TensorInfo;

/** Runs `use` with a tensor of zeros that only the backend knows. */
function withZeros(backend: KernelBackend, shape: number[], use: (tensor: Tensor) => void): void {
  const dataId = backend.write(new Float32Array(product(shape)), shape, 'float32');
  try {
    use(new Tensor(shape, 'float32', dataId, -1));
  } finally {
    backend.disposeData(dataId);
  }
}

function runOnZeros(
  backend: KernelBackend,
  filters: FilterCache,
  [image, filter]: readonly [number[], number[]],
  resolved: ResolvedConv,
  run: Run,
): void {
  withZeros(backend, image, source =>
    withZeros(backend, filter, weights => {
      backend.disposeData(run(source, weights, {...resolved, ...LINEAR}).dataId);
      filters.drop(weights.dataId);
    }),
  );
}

const CHANNELS = 8;
/** Of the images; two, as the second layer of an op runs what the first one has left aside. */
const SIZES = [4, 5];

/** Runs the kernels of a table with the geometries that ops make, and leaves nothing in the backend. */
export function warmKernels(table: KernelTable, backend: KernelBackend, filters: FilterCache): void {
  const forward: Run = (x, filter, attrs) =>
    selectVariant(table.ConvND, attrs).run({inputs: {x, filter}, attrs, backend});
  const backward: Run = (dy, filter, attrs) =>
    selectVariant(table.ConvNDBackpropInput, attrs).run({inputs: {dy, filter}, attrs, backend});
  const [dense, depthwise] = [
    [3, 3, CHANNELS, CHANNELS],
    [3, 3, CHANNELS, 1],
  ];
  for (const size of SIZES) {
    const x = [1, size, size, CHANNELS];
    runOnZeros(backend, filters, [x, dense], resolveConv('conv2d', 2, x, dense, {pad: 'same'}), forward);
    runOnZeros(
      backend,
      filters,
      [x, depthwise],
      resolveDepthwise('depthwiseConv2d', 2, x, depthwise, {pad: 'same'}),
      forward,
    );
    runOnZeros(
      backend,
      filters,
      [x, dense],
      resolveConvTranspose('conv2dTranspose', 2, x, dense, {pad: 'same', strides: 2}),
      backward,
    );
  }
}
