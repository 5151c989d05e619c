import {loadOpenCV} from '@opencvjs/node';
import type {Contestant} from '../measure.js';
import type {SeparableRow} from '../separable.js';

type OpenCV = Awaited<ReturnType<typeof loadOpenCV>>;
type Mat = InstanceType<OpenCV['Mat']>;

let loading: Promise<OpenCV> | undefined;

function filled(mat: Mat, values: ArrayLike<number>): Mat {
  mat.data32F.set(values);
  return mat;
}

export const OPENCV = 'OpenCV.js';

/** OpenCV compiled to WebAssembly, without SIMD: image filters by sepFilter2D, those of more than one rank by their sum. */
export const openCV = (row: Extract<SeparableRow, {op: 'spatiallySeparableConv2d'}>, x: Float32Array): Contestant => ({
  name: OPENCV,
  activate: async () => {
    await (loading ??= loadOpenCV());
  },
  prepare: async () => {
    const cv = await (loading ??= loadOpenCV());
    const [, height, width, channels] = row.x;
    const image = filled(new cv.Mat(height, width, channels === 1 ? cv.CV_32FC1 : cv.CV_32FC3), x);
    const vector = (taps: readonly number[]) => filled(new cv.Mat(taps.length, 1, cv.CV_32F), taps);
    const factors = row.factors.map(({column, row}) => ({column: vector(column), row: vector(row)}));
    const [sum, part] = [new cv.Mat(), new cv.Mat()];
    const center = new cv.Point(-1, -1);
    return {
      run: () => {
        for (const [i, {column, row}] of factors.entries()) {
          cv.sepFilter2D(image, i === 0 ? sum : part, cv.CV_32F, row, column, center, 0, cv.BORDER_CONSTANT);
          if (i > 0) cv.add(sum, part, sum);
        }
        return {values: () => sum.data32F.slice(), dispose: () => undefined};
      },
      dispose: () =>
        [image, sum, part, ...factors.flatMap(({column, row}) => [column, row])].forEach(mat => mat.delete()),
    };
  },
});
