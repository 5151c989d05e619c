import type {ConvGeometry} from '../../../src/geometry/conv.js';
import {convAxis, UNIT_AXIS} from '../../../src/geometry/axis.js';
import type {AxisGeometry} from '../../../src/geometry/axis.js';

/** Integers from a seed. */
export function randomIntegers(seed: number): (from: number, to: number) => number {
  let state = seed >>> 0;
  return (from, to) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return from + Math.floor((state / 2 ** 32) * (to - from + 1));
  };
}

function randomAxis(integer: (from: number, to: number) => number, largest: number): AxisGeometry {
  for (;;) {
    const sizes = {
      input: integer(1, largest),
      kernel: integer(1, 5),
      stride: integer(1, 3),
      dilation: integer(1, 3),
    };
    const axis = convAxis(sizes, [integer(0, 3), integer(0, 3)]);
    if (axis.output >= 1) return axis;
  }
}

/** A geometry of 1 to 3 axes with any padding, stride, dilation and groups. */
export function randomGeometry(seed: number): ConvGeometry {
  const integer = randomIntegers(seed);
  const rank = integer(1, 3);
  const groups = integer(0, 2) === 0 ? integer(2, 5) : 1;
  const axes = Array.from({length: 3}, (_, a) => (a < 3 - rank ? UNIT_AXIS : randomAxis(integer, rank === 3 ? 7 : 13)));
  const [depth, height, width] = axes;
  return {
    batch: integer(1, 3),
    groups,
    inChannels: groups * integer(1, 11),
    outChannels: groups * integer(1, 19),
    channelsLast: integer(0, 2) > 0,
    axes: [depth, height, width],
  };
}

/** The same with one input channel in each group. */
export function randomDepthwise(seed: number): ConvGeometry {
  const integer = randomIntegers(seed + 7919);
  const channels = integer(1, 37);
  const multiplier = integer(0, 2) === 0 ? integer(2, 4) : 1;
  return {...randomGeometry(seed), groups: channels, inChannels: channels, outChannels: channels * multiplier};
}

/** Three taps along the height and the width and no stride there: what Winograd's algorithm takes. */
export function randomWinograd(seed: number): ConvGeometry {
  const integer = randomIntegers(seed + 104729);
  const tiled = (): AxisGeometry => {
    const dilation = integer(1, 3);
    return convAxis({input: integer(2 * dilation, 14), kernel: 3, stride: 1, dilation}, [integer(1, 3), integer(1, 3)]);
  };
  const geometry = randomGeometry(seed);
  return {...geometry, axes: [geometry.axes[0], tiled(), tiled()]};
}

/**
 * Two to five taps and no stride along one axis: what Winograd's tiles in a line take. The other axes have one tap, or any
 * where `terms` says so.
 */
export function randomLine(seed: number, terms: boolean): ConvGeometry {
  const integer = randomIntegers(seed + 15485863);
  const geometry = randomGeometry(seed);
  const along = seed % 3;
  const dilation = integer(1, 3);
  const kernel = integer(2, 5);
  const pads: [number, number] = [integer(0, kernel), integer(0, kernel)];
  const line = convAxis({input: integer((kernel - 1) * dilation + 1, 25), kernel, stride: 1, dilation}, pads);
  const one = ({input, stride}: AxisGeometry): AxisGeometry =>
    convAxis({input, kernel: 1, stride, dilation: 1}, [0, integer(0, 1)]);
  const [depth, height, width] = geometry.axes.map((axis, a) => (a === along ? line : terms ? axis : one(axis)));
  return {...geometry, axes: [depth, height, width]};
}

const axisOf = (input: number, kernel: number, stride = 1, dilation = 1): AxisGeometry =>
  convAxis({input, kernel, stride, dilation}, 'same');

const planar = (
  height: AxisGeometry,
  width: AxisGeometry,
  groups: number,
  inChannels: number,
  outChannels: number,
): ConvGeometry => ({batch: 1, groups, inChannels, outChannels, channelsLast: true, axes: [UNIT_AXIS, height, width]});

/**
 * Geometries beyond one block: of rows, of taps, of terms, of columns, of panels that stay in the cache, lines of spaced
 * results, strided lines of few channels, and an image that does not stay there; each size by 1 off.
 */
export const LARGER: readonly ConvGeometry[] = [
  planar(axisOf(7, 3), axisOf(9, 3), 1, 193, 17),
  planar(axisOf(3, 1), axisOf(61, 1), 1, 385, 9),
  planar(axisOf(2, 1), axisOf(60, 1), 1, 384, 8),
  planar(axisOf(7, 1), axisOf(11, 1), 1, 16, 205),
  planar(axisOf(97, 3, 2), axisOf(83, 3, 2), 67, 67, 67),
  planar(axisOf(17, 7, 2), axisOf(131, 7, 2), 1, 3, 12),
  ...Array.from({length: 7}, (_, c) => planar(axisOf(9, 3, 2), axisOf(77, 5, 3), c + 1, c + 1, c + 1)),
  planar(axisOf(1, 1), axisOf(307, 101, 2), 1, 1, 1),
  planar(axisOf(5, 3, 2), axisOf(203, 67, 3, 2), 5, 5, 5),
  {...planar(axisOf(2, 3), axisOf(83, 131, 4), 3, 3, 3), batch: 2},
  planar(axisOf(3, 2), axisOf(97, 64, 2), 2, 2, 6),
  planar(axisOf(3, 2, 2), axisOf(66, 2, 2), 1, 20, 16),
  planar(axisOf(5, 4, 2), axisOf(129, 4, 2), 1, 4, 24),
  planar(axisOf(5, 3), axisOf(31, 3, 1, 2), 4, 16, 20),
  planar(axisOf(6, 3), axisOf(33, 5), 8, 32, 96),
  planar(axisOf(4, 3), axisOf(241, 3), 1, 5, 4),
  {...planar(axisOf(1, 1), axisOf(2, 1), 1, 9, 17), batch: 61},
  {...planar(axisOf(3, 1), axisOf(1, 1), 6, 6, 6), batch: 5},
  {...planar(axisOf(1, 1), axisOf(3, 1), 1, 5, 6), batch: 4, axes: [axisOf(1, 2, 2), axisOf(1, 1), axisOf(3, 1)]},
  {...planar(axisOf(5, 3), axisOf(6, 3), 1, 7, 13), batch: 3, axes: [axisOf(5, 3, 2), axisOf(5, 3), axisOf(6, 3)]},
];

/** Lines beyond one block: of tiles, of columns, of terms; and short ones. */
export const LINES: readonly ConvGeometry[] = [
  planar(axisOf(1, 1), axisOf(509, 3), 1, 16, 12),
  planar(axisOf(3, 1), axisOf(131, 5), 1, 67, 137),
  planar(axisOf(31, 4), axisOf(17, 1, 2), 1, 9, 19),
  planar(axisOf(2, 1), axisOf(2, 2), 1, 8, 8),
  planar(axisOf(23, 2), axisOf(3, 1), 3, 24, 30),
  planar(axisOf(1, 1), axisOf(37, 3, 1, 9), 1, 5, 6),
  planar(axisOf(1, 1), axisOf(1, 5), 1, 405, 9),
  {...planar(axisOf(2, 1), axisOf(5, 1), 1, 12, 10), batch: 2, axes: [axisOf(11, 3), axisOf(2, 1), axisOf(5, 1)]},
];

/** Few tiles of Winograd's algorithm, of which the last ones of a line or column are whole or not, in one group or more. */
export const FEW_TILES: readonly ConvGeometry[] = [
  planar(axisOf(7, 3), axisOf(7, 3), 1, 35, 72),
  planar(axisOf(8, 3), axisOf(8, 3), 1, 12, 16),
  planar(axisOf(5, 3), axisOf(8, 3), 1, 33, 8),
  planar(axisOf(8, 3), axisOf(6, 3), 1, 9, 24),
  planar(axisOf(4, 3), axisOf(7, 3), 1, 34, 16),
  planar(axisOf(7, 3), axisOf(4, 3), 2, 16, 32),
  planar(axisOf(3, 3), axisOf(3, 3), 1, 70, 8),
  planar(axisOf(7, 3), axisOf(13, 3), 1, 8, 8),
  planar(axisOf(14, 3), axisOf(14, 3), 1, 8, 16),
  planar(axisOf(11, 3), axisOf(5, 3), 1, 11, 11),
  planar(axisOf(7, 3, 1, 2), axisOf(4, 3), 1, 8, 8),
  planar(axisOf(7, 3, 1, 2), axisOf(7, 3, 1, 2), 1, 8, 16),
  {...planar(axisOf(3, 3), axisOf(3, 3), 1, 10, 16), batch: 4},
  {...planar(axisOf(4, 3), axisOf(6, 3), 1, 10, 16), batch: 2, channelsLast: false},
  {...planar(axisOf(5, 3), axisOf(6, 3), 1, 7, 13), batch: 3},
  {...planar(axisOf(6, 3), axisOf(7, 3), 1, 9, 16), axes: [axisOf(3, 3), axisOf(6, 3), axisOf(7, 3)]},
  {...planar(axisOf(4, 3), axisOf(7, 3), 1, 9, 16), axes: [axisOf(2, 3), axisOf(4, 3), axisOf(7, 3)]},
];

/** Values in [-1, 1). */
export function randomValues(length: number, seed: number): Float32Array {
  const integer = randomIntegers(seed * 2654435761);
  return Float32Array.from({length}, () => integer(-(2 ** 23), 2 ** 23 - 1) / 2 ** 23);
}

/**
 * Checks float32 sums of `terms` products of numbers below 1 against those in float64: each is off by at most
 * (terms + 2) * 2^-24 times the sum of what it adds up, which is at most `terms`.
 */
export function expectClose(
  label: string,
  got: Float32Array,
  expected: Float32Array,
  terms: number,
  bound = (terms + 2) * 2 ** -24 * terms,
): void {
  const at = expected.findIndex((value, i) => !(Math.abs(got[i] - value) <= bound));
  if (at >= 0 || got.length !== expected.length) {
    throw new Error(
      `${label}: at ${at} of ${expected.length}: got ${got[at]}, expected ${expected[at]} (within ${bound})`,
    );
  }
}
