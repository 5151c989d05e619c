import {backend_util} from '@tensorflow/tfjs-core';
import type {MaxPoolGradAttrs, MaxPoolGradInputs} from '@tensorflow/tfjs-core';
import {product} from '../../../src/geometry/conv.js';
import type {StandIn} from '../../../src/registry/stand_ins.js';
import {floatsAt} from '../../wasm_core/call.js';
import {addressOf, isFloats, makeTensor} from './results.js';

/** A window along one axis of the image. */
interface Window {
  readonly from: number;
  readonly to: number;
}

/** The part of the windows that lies within the axis, for every output. */
const windowsOf = (input: number, output: number, kernel: number, stride: number, pad: number): Window[] =>
  Array.from({length: output}, (_, o) => ({
    from: Math.max(0, o * stride - pad),
    to: Math.min(input, o * stride - pad + kernel),
  }));

/** Adds dy to the first of the largest elements of each window of one image. There is none where all are NaN. */
function addToLargest(
  x: Float32Array,
  dy: Float32Array,
  dx: Float32Array,
  rows: readonly Window[],
  columns: readonly Window[],
  {inWidth, inChannels}: backend_util.Conv2DInfo,
): void {
  rows.forEach((row, oh) =>
    columns.forEach((column, ow) => {
      for (let c = 0; c < inChannels; c++) {
        let [largest, at] = [-Infinity, -1];
        for (let h = row.from; h < row.to; h++) {
          for (let w = column.from; w < column.to; w++) {
            const i = (h * inWidth + w) * inChannels + c;
            if (x[i] > largest || (at < 0 && x[i] === largest)) [largest, at] = [x[i], i];
          }
        }
        if (at >= 0) dx[at] += dy[(oh * columns.length + ow) * inChannels + c];
      }
    }),
  );
}

/**
 * The gradient of maximum pooling: each dy goes to the first of the largest elements of its window. TensorFlow.js' wasm
 * kernel takes 0 for the largest of a window without positive elements, and so loses its dy.
 */
export const maxPoolGrad: StandIn<MaxPoolGradInputs, MaxPoolGradAttrs> = ({inputs: {dy, input}, attrs, backend}) => {
  if (!isFloats(input) || !isFloats(dy)) return undefined;
  const {filterSize, strides, pad, dimRoundingMode} = attrs;
  const shape = input.shape as [number, number, number, number];
  const info = backend_util.computePool2DInfo(shape, filterSize, strides, 1, pad, dimRoundingMode);
  const {batchSize, inHeight, inWidth, outHeight, outWidth, padInfo} = info;
  const rows = windowsOf(inHeight, outHeight, info.filterHeight, info.strideHeight, padInfo.top);
  const columns = windowsOf(inWidth, outWidth, info.filterWidth, info.strideWidth, padInfo.left);
  return makeTensor(backend, shape, 'float32', (call, to) => {
    const x = floatsAt(call, addressOf(call, input), product(shape));
    const upstream = floatsAt(call, addressOf(call, dy), product(dy.shape));
    const dx = floatsAt(call, to, x.length).fill(0);
    for (let b = 0; b < batchSize; b++) {
      const imageOf = (all: Float32Array): Float32Array => {
        const size = all.length / batchSize;
        return all.subarray(b * size, (b + 1) * size);
      };
      addToLargest(imageOf(x), imageOf(upstream), imageOf(dx), rows, columns, info);
    }
  });
};
