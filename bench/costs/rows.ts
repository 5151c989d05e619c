import {convAxis, UNIT_AXIS} from '../../src/geometry/axis.js';
import type {ConvGeometry} from '../../src/geometry/conv.js';

/** A layer. */
export interface CostRow {
  readonly name: string;
  readonly geometry: ConvGeometry;
}

type Pair = readonly [number, number];

interface Layer {
  readonly size: Pair;
  readonly kernel: Pair;
  readonly channels: Pair;
  readonly groups?: number;
  readonly stride?: number;
  readonly dilation?: number;
}

/** A layer of one image with padding 'same'. */
function row({size, kernel, channels, groups = 1, stride = 1, dilation = 1}: Layer): CostRow {
  const axisOf = (a: 0 | 1) =>
    size[a] === 1 ? UNIT_AXIS : convAxis({input: size[a], kernel: kernel[a], stride, dilation}, 'same');
  const grouped = groups === 1 ? '' : `, ${groups} groups`;
  const strided = (stride === 1 ? '' : `, stride ${stride}`) + (dilation === 1 ? '' : `, dilation ${dilation}`);
  return {
    name: `${kernel.join('x')} at ${size.join('x')}, ${channels.join('-')}${grouped}${strided}`,
    geometry: {
      batch: 1,
      groups,
      inChannels: channels[0],
      outChannels: channels[1],
      channelsLast: true,
      axes: [UNIT_AXIS, axisOf(0), axisOf(1)],
    },
  };
}

/** Squares of some sizes. */
const squares = (side: number, kernels: readonly number[], channels: Pair, groups = 1, stride = 1): CostRow[] =>
  kernels.map(kernel => row({size: [side, side], kernel: [kernel, kernel], channels, groups, stride}));

/** Lines with kernels of some sizes. */
const lines = (length: number, kernels: readonly number[], channels: Pair, groups = 1): CostRow[] =>
  kernels.map(kernel => row({size: [1, length], kernel: [1, kernel], channels, groups}));

export const ROWS: readonly CostRow[] = [
  ...lines(48000, [3, 9, 32, 64, 128, 512, 4096], [1, 1]),
  ...lines(4000, [15, 31, 101], [64, 64], 64),
  ...squares(512, [3, 5, 7, 9, 11, 15, 31], [3, 3], 3),
  ...squares(56, [7, 11, 15, 31], [96, 96], 96),
  ...squares(14, [7, 13], [384, 384], 384),
  ...squares(256, [5, 7, 11, 31], [16, 16]),
  ...squares(64, [5, 7], [64, 64]),
  ...squares(32, [5, 7], [32, 32]),
  ...squares(28, [5], [64, 64]),
  ...squares(14, [5, 7], [128, 128]),
  ...lines(4096, [5, 9, 31], [32, 32]),
  ...lines(1024, [5, 9, 31], [128, 128]),
  ...lines(500, [5, 9, 31], [256, 256]),
  ...lines(8000, [9, 31], [8, 8]),
  ...lines(16000, [80], [1, 32]),
  ...squares(128, [5, 9], [1, 16]),
  ...squares(128, [5, 9], [16, 1]),
  ...squares(48, [3, 5, 7], [1, 2]),
  ...squares(48, [3, 5, 7], [1, 4]),
  ...squares(48, [3, 5, 7], [3, 8]),
  ...squares(48, [3, 5, 7], [2, 32]),
  row({size: [48, 48], kernel: [5, 5], channels: [1, 4], dilation: 2}),
  row({size: [48, 48], kernel: [7, 7], channels: [3, 8], dilation: 3}),
  ...squares(128, [5, 9], [16, 16], 8),
  ...squares(224, [7], [3, 64], 1, 2),
  ...squares(224, [11], [3, 64], 1, 4),
];
