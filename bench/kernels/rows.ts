import {product} from '../../src/geometry/conv.js';
import {pseudoRandom} from '../measure.js';

/** A filter of some size, the same for every channel, over a signal or an image, channels last, padding 'same'. */
export interface KernelRow {
  readonly name: string;
  readonly size: readonly [height: number, width: number, channels: number];
  readonly kernel: readonly [height: number, width: number];
}

const SAMPLES = 48000;
const LINES = [3, 9, 31, 64, 128, 512, 1024, 4096, 16384];
const SIDE = 512;
const SQUARES = [3, 5, 7, 9, 11, 15, 31, 63, 127];

/** One second of sound, and a picture in color. */
export const ROWS: readonly KernelRow[] = [
  ...LINES.map((taps): KernelRow => ({
    name: `FIR ${taps}, ${SAMPLES} samples`,
    size: [1, SAMPLES, 1],
    kernel: [1, taps],
  })),
  ...SQUARES.map((side): KernelRow => ({
    name: `depthwise ${side}x${side}, ${SIDE}x${SIDE}x3`,
    size: [SIDE, SIDE, 3],
    kernel: [side, side],
  })),
];

export const imageOf = ({size}: KernelRow): Float32Array => pseudoRandom(product(size), 1);

/** The taps of one channel. */
export const tapsOf = ({kernel}: KernelRow): Float32Array => pseudoRandom(product(kernel), 2);

/** Zeros before and behind each axis: one more before, where there is an odd number of them, as SciPy and OpenCV have it. */
export const padOf = ({kernel}: KernelRow): Array<[number, number]> => kernel.map(taps => [taps >> 1, (taps - 1) >> 1]);
