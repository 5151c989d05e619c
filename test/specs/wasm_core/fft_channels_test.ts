import {fftBackpropFilter} from '../../../kernels/wasm_core/algorithms/fft_filter_gradient.js';
import {fftBackpropInput, fftForward} from '../../../kernels/wasm_core/algorithms/fft.js';
import {canTile, canTileGradient, fftGradientTiles, fftTiles} from '../../../kernels/wasm_core/algorithms/fft_cost.js';
import type {FftAlgorithm, FftTiles} from '../../../kernels/wasm_core/algorithms/fft_cost.js';
import {gradientInLayout, imageInLayout} from '../../../kernels/wasm_core/algorithms/channels_last.js';
import {NO_EPILOGUE} from '../../../kernels/wasm_core/plan/conv_plan.js';
import {backwardDirections, forwardDirection} from '../../../kernels/wasm_core/plan/direction.js';
import type {Direction} from '../../../kernels/wasm_core/plan/direction.js';
import {gemmBackpropFilter, gemmBackpropInput, gemmForward} from '../../../kernels/cpu/implicit_gemm.js';
import {xImage, yImage} from '../../../kernels/cpu/image.js';
import {convAxis, UNIT_AXIS} from '../../../src/geometry/axis.js';
import type {AxisGeometry} from '../../../src/geometry/axis.js';
import {filterShape, product, xShape, yShape} from '../../../src/geometry/conv.js';
import type {ConvGeometry} from '../../../src/geometry/conv.js';
import {fftError} from '../../support/tolerance.js';
import {filterAt, testDevice} from '../../support/wasm_core/device.js';
import {tileCount} from '../../../kernels/wasm_core/plan/fft_tiles.js';
import type {Tiling} from '../../../kernels/wasm_core/plan/fft_tiles.js';
import {expectClose, randomIntegers, randomValues} from '../../support/wasm_core/geometries.js';

/*
 * Tiles of Fourier transforms for few channels, on random geometries between guard regions, against the kernels in
 * TypeScript, which add up in float64. Every kind of tile is among them: lines along either axis and planes, of one group
 * and of several at a time.
 */

const CASES = 120;
const device = testDevice();

function randomAxis(integer: (from: number, to: number) => number, isLong: boolean): AxisGeometry {
  for (;;) {
    const sizes = {
      input: integer(1, isLong ? 300 : 70),
      kernel: integer(2, isLong ? 70 : 19),
      stride: integer(0, 2) === 0 ? integer(2, 4) : 1,
      dilation: integer(0, 2) === 0 ? integer(2, 3) : 1,
    };
    const axis = convAxis(sizes, [integer(0, 20), integer(0, 20)]);
    if (axis.output >= 1) return axis;
  }
}

/** Lines along the width or height, or planes, perhaps with a depth. */
function randomFew(seed: number): ConvGeometry {
  const integer = randomIntegers(seed * 2654435761);
  const kind = integer(0, 3);
  const groups = integer(1, 9);
  const side = (isCut: boolean) =>
    isCut ? randomAxis(integer, kind < 2) : convAxis({input: integer(1, 4), kernel: 1, stride: 1, dilation: 1}, 'same');
  const depth = integer(0, 3) === 0 ? convAxis({input: 3, kernel: 2, stride: 1, dilation: 1}, 'same') : UNIT_AXIS;
  return {
    batch: integer(1, 2),
    groups,
    inChannels: groups * integer(1, 3),
    outChannels: groups * integer(1, 3),
    channelsLast: integer(0, 2) > 0,
    axes: [depth, side(kind !== 0), side(kind !== 1)],
  };
}

/** An axis without padding. */
const valid = (input: number, kernel: number): AxisGeometry =>
  convAxis({input, kernel, stride: 1, dilation: 1}, [0, 0]);

const long = (height: AxisGeometry, width: AxisGeometry, groups: number, channels: number): ConvGeometry => ({
  batch: 1,
  groups,
  inChannels: channels,
  outChannels: channels,
  channelsLast: true,
  axes: [UNIT_AXIS, height, width],
});

/** Tiles that are longer than those of the random ones. */
const LONG: readonly ConvGeometry[] = [
  long(UNIT_AXIS, valid(9001, 5000), 1, 1),
  long(UNIT_AXIS, valid(41001, 40000), 1, 1),
  long(valid(3001, 700), UNIT_AXIS, 5, 5),
  long(UNIT_AXIS, valid(1201, 600), 1, 12),
  long(valid(151, 130), valid(160, 140), 1, 1),
  long(valid(151, 130), valid(160, 140), 4, 4),
  long(valid(151, 130), valid(290, 270), 1, 1),
  // Sides of five times a power of two.
  {...long(valid(260, 135), valid(260, 135), 1, 1), batch: 2},
  {...long(valid(151, 130), valid(260, 135), 4, 4), batch: 2},
  // More taps than tiles have elements, which are divided.
  long(UNIT_AXIS, valid(70101, 70000), 1, 1),
  long(valid(560, 540), valid(301, 280), 1, 2),
];

const RANDOM = Array.from({length: CASES}, (_, i) => randomFew(i + 1));

/** The bound for values below 1. */
function boundOf(g: ConvGeometry): number {
  const n = product(filterShape(g)) / Math.min(g.inChannels / g.groups, g.outChannels);
  return fftError(
    n,
    g.axes.map(({kernel}) => kernel),
    1,
    n,
  );
}

const AXES = ['planes', 'down', 'across'] as const;

const axesOf = ({height, width}: Tiling): (typeof AXES)[number] =>
  height.size > 1 ? (width.size > 1 ? 'planes' : 'down') : 'across';

const GRADIENT_KINDS = AXES.flatMap(axes => [
  `dense ${axes} together`,
  ...['alone', 'together'].map(groups => `channels ${axes} ${groups}`),
]);

/** In place of the kernel that computes what tiles do not. */
const refuse = (): never => {
  throw new Error('not computed by tiles');
};

const kindOf = (direction: Direction): string => {
  const {algorithm, tiling} = fftTiles(direction);
  return `${algorithm} ${axesOf(tiling)} ${direction.groups < 4 ? 'alone' : 'together'} ${direction.groupOutChannels > 1 ? 'kept' : ''}`;
};

test('every kind of tile is among them', () => {
  const kinds = new Set(RANDOM.map(forwardDirection).filter(canTile).map(kindOf));
  const few: FftAlgorithm = 'channels';
  for (const axes of AXES) {
    for (const groups of ['alone', 'together']) {
      for (const kept of ['kept', '']) expect(kinds).toContain(`${few} ${axes} ${groups} ${kept}`);
    }
  }
});

const sidesOf = ({tiling: {height, width}}: FftTiles): string => `${height.size}x${width.size}`;

test('tiles whose sides are five times a power of two are among them', () => {
  const directions = LONG.map(forwardDirection);
  const forward = directions.map(direction => `${direction.groups} ${sidesOf(fftTiles(direction))}`);
  const gradients = directions.filter(canTileGradient).map(direction => sidesOf(fftGradientTiles(direction)));
  expect(forward).toEqual(expect.arrayContaining(['1 320x320', '4 256x320']));
  expect(gradients).toContain('320x320');
});

test('forward', () => {
  const taken = [...LONG, ...RANDOM].filter(g => canTile(forwardDirection(g)));
  expect(taken.length).toBeGreaterThan(CASES / 2);
  taken.forEach((g, i) => {
    const [x, filter] = [randomValues(product(xShape(g)), i + 1), randomValues(product(filterShape(g)), i + 1001)];
    const expected = new Float32Array(product(yShape(g)));
    gemmForward(g, xImage(x, g), filter, yImage(expected, g));
    const got = device.compute([x, filter], expected.length, (call, [source, f], result) =>
      imageInLayout(call, fftForward, g, 'x', {source, filter: filterAt(filter, f), result, epilogue: NO_EPILOGUE}),
    );
    expectClose(JSON.stringify(g), got, expected, 0, boundOf(g));
    device.filters.drop(filter);
  });
});

test('input gradient', () => {
  const taken = RANDOM.filter(g => backwardDirections(g).length > 0 && backwardDirections(g).every(canTile));
  expect(taken.length).toBeGreaterThan(CASES / 3);
  taken.forEach((g, i) => {
    const [dy, filter] = [randomValues(product(yShape(g)), i + 1), randomValues(product(filterShape(g)), i + 1001)];
    const expected = new Float32Array(product(xShape(g)));
    gemmBackpropInput(g, yImage(dy, g), filter, xImage(expected, g));
    const got = device.compute([dy, filter], expected.length, (call, [source, f], result) =>
      imageInLayout(call, fftBackpropInput, g, 'y', {
        source,
        filter: filterAt(filter, f),
        result,
        epilogue: NO_EPILOGUE,
      }),
    );
    expectClose(JSON.stringify(g), got, expected, 0, boundOf(g));
    device.filters.drop(filter);
  });
});

const axis = (input: number, kernel: number, stride = 1, dilation = 1): AxisGeometry =>
  convAxis({input, kernel, stride, dilation}, 'same');

/** Many channels: parts of fours, groups, terms of strides and of the depth, phases of dilations, slices of channels. */
const MANY: readonly ConvGeometry[] = [
  {...long(axis(30, 7), axis(33, 7), 1, 16), outChannels: 23},
  {...long(axis(29, 5, 2), axis(31, 6, 2), 2, 18), outChannels: 26, batch: 3},
  {...long(axis(40, 5, 1, 2), axis(37, 7, 3, 2), 1, 9), outChannels: 13, channelsLast: false},
  {...long(axis(12, 5), axis(14, 5), 1, 10), axes: [axis(3, 3), axis(12, 5), axis(14, 5)]},
  {...long(axis(40, 17), axis(41, 17), 1, 96), outChannels: 110},
  {...long(UNIT_AXIS, axis(203, 31), 1, 33), batch: 2},
  {...long(axis(203, 9), axis(2, 1), 1, 32), outChannels: 70},
];

test('filter gradient', () => {
  const taken = [...LONG, ...MANY, ...RANDOM].filter(g => canTileGradient(forwardDirection(g)));
  const kinds = new Set<string>();
  let sliced = 0;
  taken.forEach((g, i) => {
    const [x, dy] = [randomValues(product(xShape(g)), i + 1), randomValues(product(yShape(g)), i + 1001)];
    const expected = new Float32Array(product(filterShape(g)));
    gemmBackpropFilter(g, xImage(x, g), yImage(dy, g), expected);
    const got = device.compute([x, dy], expected.length, (call, [source, gradient], dfilter) =>
      gradientInLayout(call, fftBackpropFilter(refuse), g, {x: source, dy: gradient, dfilter}),
    );
    const direction = forwardDirection(g);
    const {algorithm, tiling} = fftGradientTiles(direction);
    kinds.add(`${algorithm} ${axesOf(tiling)} ${algorithm === 'channels' && g.groups < 4 ? 'alone' : 'together'}`);
    sliced += Number(tiling.ins < direction.groupInChannels || tiling.outs < direction.groupOutChannels);
    const kernel = g.axes.map(one => one.kernel);
    const tiles = tileCount(g.batch, direction.plan, tiling);
    expectClose(JSON.stringify(g), got, expected, 0, fftError(tiles, kernel, 1, dy.length / g.outChannels));
  });
  expect([...kinds]).toEqual(expect.arrayContaining(GRADIENT_KINDS));
  expect(sliced).toBeGreaterThan(0);
});
