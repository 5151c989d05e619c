import {
  CORE_BACKPROP_FILTER,
  CORE_BACKPROP_INPUT,
  CORE_FORWARD,
  isWinogradPlan,
} from '../../../kernels/wasm_core/algorithms/choice.js';
import {gradientInLayout, imageInLayout} from '../../../kernels/wasm_core/algorithms/channels_last.js';
import {ascending, NO_EPILOGUE} from '../../../kernels/wasm_core/plan/conv_plan.js';
import {canCol2im} from '../../../kernels/wasm_core/algorithms/col2im.js';
import {winogradBackpropFilter} from '../../../kernels/wasm_core/algorithms/filter_gradient.js';
import {winogradBackpropInput, winogradForward} from '../../../kernels/wasm_core/algorithms/winograd.js';
import type {Tiling} from '../../../kernels/wasm_core/algorithms/winograd.js';
import {gemmBackpropFilter, gemmBackpropInput, gemmForward} from '../../../kernels/cpu/implicit_gemm.js';
import {xImage, yImage} from '../../../kernels/cpu/image.js';
import {convAxis, UNIT_AXIS} from '../../../src/geometry/axis.js';
import {filterShape, product, spatialSizes, xShape, yShape} from '../../../src/geometry/conv.js';
import type {ConvGeometry} from '../../../src/geometry/conv.js';
import {forwardTapPlan} from '../../../src/geometry/taps.js';
import {registerFlags} from '../../../src/registry/flags.js';
import {filterAt, testDevice} from '../../support/wasm_core/device.js';
import {
  expectClose,
  FEW_TILES,
  LARGER,
  randomDepthwise,
  randomGeometry,
  randomValues,
  randomWinograd,
} from '../../support/wasm_core/geometries.js';
import {winogradError} from '../../support/tolerance.js';

/*
 * Every algorithm of the core on random geometries that it takes, between guard regions, against the kernels in
 * TypeScript, which add up in float64.
 */

const CASES = 150;
const device = testDevice();

/** The geometries that an algorithm takes; about half of the random ones are depthwise. */
const geometries = (when: (g: ConvGeometry) => boolean): ConvGeometry[] =>
  [
    ...LARGER,
    ...Array.from({length: CASES}, (_, i) => (i % 2 === 0 ? randomGeometry(i + 1) : randomDepthwise(i + 1))),
  ].filter(when);

registerFlags();

const label = (g: ConvGeometry): string => JSON.stringify(g);

const others = <A extends {readonly name: string}>(list: readonly A[]): A[] =>
  list.filter(({name}) => !name.startsWith('winograd') && name !== 'fft');

describe.each(others(CORE_FORWARD))('$name, forward', ({when, run}) => {
  const all = geometries(when);
  test(`${all.length} geometries`, () => {
    expect(all.length).toBeGreaterThan(20);
    all.forEach((g, i) => {
      const [x, filter] = [randomValues(product(xShape(g)), i + 1), randomValues(product(filterShape(g)), i + 1001)];
      const expected = new Float32Array(product(yShape(g)));
      gemmForward(g, xImage(x, g), filter, yImage(expected, g));
      const got = device.compute([x, filter], expected.length, (call, [source, f], result) =>
        imageInLayout(call, run, g, 'x', {source, filter: filterAt(filter, f), result, epilogue: NO_EPILOGUE}),
      );
      expectClose(label(g), got, expected, product(filterShape(g)) / g.outChannels);
      device.filters.drop(filter);
    });
  });
});

/** `col2im` is asked for where it does not pay, too. */
const INPUT_GRADIENTS = others(CORE_BACKPROP_INPUT).map(({name, when, run}) => ({
  name,
  when: name === 'col2im' ? canCol2im : when,
  run,
}));

describe.each(INPUT_GRADIENTS)('$name, input gradient', ({when, run}) => {
  const all = geometries(when);
  test(`${all.length} geometries`, () => {
    expect(all.length).toBeGreaterThan(20);
    all.forEach((g, i) => {
      const [dy, filter] = [randomValues(product(yShape(g)), i + 1), randomValues(product(filterShape(g)), i + 1001)];
      const expected = new Float32Array(product(xShape(g)));
      gemmBackpropInput(g, yImage(dy, g), filter, xImage(expected, g));
      const got = device.compute([dy, filter], expected.length, (call, [source, f], result) =>
        imageInLayout(call, run, g, 'y', {source, filter: filterAt(filter, f), result, epilogue: NO_EPILOGUE}),
      );
      expectClose(label(g), got, expected, product(filterShape(g)) / (g.inChannels / g.groups));
      device.filters.drop(filter);
    });
  });
});

describe.each(others(CORE_BACKPROP_FILTER))('$name, filter gradient', ({when, run}) => {
  const all = geometries(when);
  test(`${all.length} geometries`, () => {
    expect(all.length).toBeGreaterThan(20);
    all.forEach((g, i) => {
      const [x, dy] = [randomValues(product(xShape(g)), i + 1), randomValues(product(yShape(g)), i + 1001)];
      const expected = new Float32Array(product(filterShape(g)));
      gemmBackpropFilter(g, xImage(x, g), yImage(dy, g), expected);
      const got = device.compute([x, dy], expected.length, (call, [source, gradient], to) =>
        gradientInLayout(call, run, g, {x: source, dy: gradient, dfilter: to}),
      );
      expectClose(label(g), got, expected, product(yShape(g)) / g.outChannels);
    });
  });
});

const TILINGS: readonly Tiling[] = [
  {size: 2, streamed: false},
  {size: 4, streamed: false},
  {size: 4, streamed: true},
];

/** More channels than a streamed filter is transformed for at a time (STREAM_ROWS), and a panel that is not full. */
const deepAxis = convAxis({input: 5, kernel: 3, stride: 1, dilation: 1}, 'same');
const DEEP: ConvGeometry = {
  batch: 1,
  groups: 1,
  inChannels: 523,
  outChannels: 11,
  channelsLast: true,
  axes: [UNIT_AXIS, deepAxis, deepAxis],
};

describe.each(TILINGS)('Winograd with tiles of $size, filter streamed: $streamed', tiling => {
  const all = [DEEP, ...FEW_TILES, ...Array.from({length: 60}, (_, i) => randomWinograd(i + 1))].filter(g =>
    isWinogradPlan(ascending(forwardTapPlan(g))),
  );

  test(`${all.length} geometries, forward and input gradient`, () => {
    expect(all.length).toBeGreaterThan(40);
    all.forEach((g, i) => {
      const [x, dy] = [randomValues(product(xShape(g)), i + 1), randomValues(product(yShape(g)), i + 501)];
      const filter = randomValues(product(filterShape(g)), i + 1001);
      const [y, dx] = [new Float32Array(dy.length), new Float32Array(x.length)];
      gemmForward(g, xImage(x, g), filter, yImage(y, g));
      gemmBackpropInput(g, yImage(dy, g), filter, xImage(dx, g));
      const run = (kernel: ReturnType<typeof winogradForward>, side: 'x' | 'y', from: Float32Array, length: number) =>
        device.compute([from, filter], length, (call, [source, f], result) =>
          imageInLayout(call, kernel, g, side, {source, filter: filterAt(filter, f), result, epilogue: NO_EPILOGUE}),
        );
      // Values are below 1, so that the sums over a filter are below the number of its weights.
      const planes = g.axes[0].kernel;
      const bound = (channels: number) => winogradError(planes * channels, 1, 9 * planes * channels);
      expectClose(
        label(g),
        run(
          winogradForward(() => tiling),
          'x',
          x,
          y.length,
        ),
        y,
        0,
        bound(g.inChannels / g.groups),
      );
      expectClose(
        label(g),
        run(
          winogradBackpropInput(() => tiling),
          'y',
          dy,
          dx.length,
        ),
        dx,
        0,
        bound(g.outChannels / g.groups),
      );
      device.filters.drop(filter);
    });
  });

  test.each([
    ['x', NaN],
    ['x', Infinity],
    ['x', 3e38],
    ['filter', 1e25],
    ['filter', -3e38],
  ] as const)('a value of %s that is %p spoils no other result', (where, special) => {
    all.forEach((g, i) => {
      const [x, filter] = [randomValues(product(xShape(g)), i + 1), randomValues(product(filterShape(g)), i + 1001)];
      const changed = where === 'x' ? x : filter;
      changed[changed.length >> 1] = special;
      const y = new Float32Array(product(yShape(g)));
      gemmForward(g, xImage(x, g), filter, yImage(y, g));
      const got = device.compute([x, filter], y.length, (call, [source, f], result) =>
        imageInLayout(
          call,
          winogradForward(() => tiling),
          g,
          'x',
          {source, filter: filterAt(filter, f), result, epilogue: NO_EPILOGUE},
        ),
      );
      const wrong = y.findIndex((value, n) =>
        Number.isFinite(value)
          ? !(Math.abs(got[n] - value) <= 1e-5 * Math.abs(value) + 1e-3)
          : !Object.is(got[n], value),
      );
      expect({geometry: label(g), wrong}).toEqual({geometry: label(g), wrong: -1});
      device.filters.drop(filter);
    });
  });

  test('a huge weight that meets nothing but zeros leaves the others their values', () => {
    // Only the last line of x is not zero, which the first line of the filter does not reach.
    const unreached = all
      .filter(({axes: [, height]}) => height.padAfter < 2 * height.dilation)
      .map((g): ConvGeometry => ({...g, channelsLast: true}));
    expect(unreached.length).toBeGreaterThan(10);
    unreached.forEach((g, i) => {
      const [, rows, width] = spatialSizes(g, 'input');
      const x = randomValues(product(xShape(g)), i + 1).map((value, n) =>
        Math.floor(n / (width * g.inChannels)) % rows === rows - 1 ? value : 0,
      );
      const filter = randomValues(product(filterShape(g)), i + 1001);
      const y = new Float32Array(product(yShape(g)));
      gemmForward(g, xImage(x, g), filter, yImage(y, g));
      filter.fill(1e25, 0, g.outChannels);
      const got = device.compute([x, filter], y.length, (call, [source, f], result) =>
        winogradForward(() => tiling)(call, g, {source, filter: filterAt(filter, f), result, epilogue: NO_EPILOGUE}),
      );
      expectClose(label(g), got, y, 0, 1e-3);
      device.filters.drop(filter);
    });
  });

  test(`${all.length} geometries, filter gradient`, () => {
    all.forEach((g, i) => {
      const [x, dy] = [randomValues(product(xShape(g)), i + 1), randomValues(product(yShape(g)), i + 501)];
      const expected = new Float32Array(product(filterShape(g)));
      gemmBackpropFilter(g, xImage(x, g), yImage(dy, g), expected);
      const got = device.compute([x, dy], expected.length, (call, [source, gradient], to) =>
        gradientInLayout(call, winogradBackpropFilter(tiling.size), g, {x: source, dy: gradient, dfilter: to}),
      );
      const pixels = dy.length / g.outChannels;
      expectClose(label(g), got, expected, 0, winogradError(pixels, 1, pixels));
    });
  });
});
