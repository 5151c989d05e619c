import {gemmBackpropInput, gemmForward} from '../../../kernels/cpu/implicit_gemm.js';
import {xImage, yImage} from '../../../kernels/cpu/image.js';
import {imageInLayout} from '../../../kernels/wasm_core/algorithms/channels_last.js';
import {winogradLineBackpropInput, winogradLineForward} from '../../../kernels/wasm_core/algorithms/winograd_line.js';
import {lineOf} from '../../../kernels/wasm_core/algorithms/winograd_line_cost.js';
import {NO_EPILOGUE} from '../../../kernels/wasm_core/plan/conv_plan.js';
import {backwardDirections, forwardDirection} from '../../../kernels/wasm_core/plan/direction.js';
import {filterShape, product, xShape, yShape} from '../../../src/geometry/conv.js';
import type {ConvGeometry} from '../../../src/geometry/conv.js';
import {registerFlags} from '../../../src/registry/flags.js';
import {filterAt, testDevice} from '../../support/wasm_core/device.js';
import {expectClose, LINES, randomLine, randomValues} from '../../support/wasm_core/geometries.js';
import {lineError} from '../../support/tolerance.js';
import type {ImageKernel} from '../../../kernels/wasm_core/types.js';

/*
 * Winograd's tiles along one axis on random geometries that they take, between guard regions, against the kernels in
 * TypeScript, which add up in float64.
 */

const device = testDevice();

registerFlags();

const label = (g: ConvGeometry): string => JSON.stringify(g);

const ALL: readonly ConvGeometry[] = [...LINES, ...Array.from({length: 120}, (_, i) => randomLine(i + 1, i % 4 === 0))];
const FORWARD = ALL.filter(g => lineOf(forwardDirection(g)) !== null);
const BACKWARD = ALL.filter(g => {
  const phases = backwardDirections(g);
  return phases.length > 0 && phases.every(direction => lineOf(direction) !== null);
});

/** What a kernel makes of `from`. */
const run = (
  kernel: ImageKernel,
  g: ConvGeometry,
  side: 'x' | 'y',
  from: Float32Array,
  filter: Float32Array,
  length: number,
) =>
  device.compute([from, filter], length, (call, [source, f], result) =>
    imageInLayout(call, kernel, g, side, {source, filter: filterAt(filter, f), result, epilogue: NO_EPILOGUE}),
  );

/** Values are below 1, so that the sums over a filter are below the number of its weights. */
const bound = (g: ConvGeometry, channels: number): number => {
  const taps = product(g.axes.map(({kernel}) => kernel));
  return lineError((taps * channels) / 2, 1, taps * channels);
};

const operands = (g: ConvGeometry, i: number) => ({
  x: randomValues(product(xShape(g)), i + 1),
  dy: randomValues(product(yShape(g)), i + 501),
  filter: randomValues(product(filterShape(g)), i + 1001),
});

test.each(['depth', 'height', 'width'] as const)('there are lines of 2 to 5 taps along the %s', name => {
  const axis = ['depth', 'height', 'width'].indexOf(name);
  const taps = FORWARD.map(g => lineOf(forwardDirection(g))).map(line => (line?.axis === axis ? line.taps : 0));
  expect(taps).toEqual(expect.arrayContaining([2, 3, 4, 5]));
});

test(`forward, ${FORWARD.length} geometries`, () => {
  expect(FORWARD.length).toBeGreaterThan(100);
  FORWARD.forEach((g, i) => {
    const {x, filter} = operands(g, i);
    const y = new Float32Array(product(yShape(g)));
    gemmForward(g, xImage(x, g), filter, yImage(y, g));
    const got = run(winogradLineForward, g, 'x', x, filter, y.length);
    expectClose(label(g), got, y, 0, bound(g, g.inChannels / g.groups));
    device.filters.drop(filter);
  });
});

test(`input gradient, ${BACKWARD.length} geometries`, () => {
  expect(BACKWARD.length).toBeGreaterThan(60);
  BACKWARD.forEach((g, i) => {
    const {dy, filter} = operands(g, i);
    const dx = new Float32Array(product(xShape(g)));
    gemmBackpropInput(g, yImage(dy, g), filter, xImage(dx, g));
    const got = run(winogradLineBackpropInput, g, 'y', dy, filter, dx.length);
    expectClose(label(g), got, dx, 0, bound(g, g.outChannels / g.groups));
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
  FORWARD.forEach((g, i) => {
    const {x, filter} = operands(g, i);
    const changed = where === 'x' ? x : filter;
    changed[changed.length >> 1] = special;
    const y = new Float32Array(product(yShape(g)));
    gemmForward(g, xImage(x, g), filter, yImage(y, g));
    const got = run(winogradLineForward, g, 'x', x, filter, y.length);
    const wrong = y.findIndex((value, n) =>
      Number.isFinite(value) ? !(Math.abs(got[n] - value) <= 1e-5 * Math.abs(value) + 1e-3) : !Object.is(got[n], value),
    );
    expect({geometry: label(g), wrong}).toEqual({geometry: label(g), wrong: -1});
    device.filters.drop(filter);
  });
});
