import {NO_EPILOGUE} from '../../kernels/wasm_core/plan.js';
import {gemmBackpropInput, gemmForward} from '../../kernels/cpu/implicit_gemm.js';
import {xImage, yImage} from '../../kernels/cpu/image.js';
import {tilingOf, winogradBackpropInput, winogradForward} from '../../kernels/wasm_core/winograd.js';
import type {ImageKernel} from '../../kernels/wasm_core/layout.js';
import {convAxis, UNIT_AXIS} from '../../src/geometry/axis.js';
import type {AxisGeometry} from '../../src/geometry/axis.js';
import {filterShape, product, xShape, yShape} from '../../src/geometry/conv.js';
import type {ConvGeometry} from '../../src/geometry/conv.js';
import {filterAt, testDevice} from './device.js';
import type {TestDevice} from './device.js';
import {expectClose, randomValues} from './geometries.js';
import {winogradError} from '../tolerance.js';

/*
 * Filters that are transformed while they are used: packed by the first call for itself, and by later ones a share at a
 * time to stay. A call must not show which.
 */

const axis = (input: number, kernel = 3) => convAxis({input, kernel, stride: 1, dilation: 1}, 'same');
const layer = (groups: number, inChannels: number, outChannels: number, depth = UNIT_AXIS): ConvGeometry =>
    ({batch: 1, groups, inChannels, outChannels, channelsLast: true, axes: [depth, axis(7), axis(6)]});

/** Columns of one share, of several that are whole panels or not, more than a call packs at a time, groups, planes. */
const LAYERS: readonly ConvGeometry[] = [
  layer(1, 12, 5), layer(1, 37, 8), layer(1, 33, 75), layer(1, 523, 96), layer(1, 9, 300), layer(3, 12, 39),
  layer(1, 10, 43, axis(2)), {...layer(1, 8, 20), batch: 3},
];

const STREAMED = () => ({size: 4, streamed: true} as const);
const KERNELS: ReadonlyArray<readonly [string, ImageKernel, (g: ConvGeometry) => number, (g: ConvGeometry) => number]> = [
  ['forward', winogradForward(STREAMED), g => product(xShape(g)), g => product(yShape(g))],
  ['input gradient', winogradBackpropInput(STREAMED), g => product(yShape(g)), g => product(xShape(g))],
];

/** More than there are shares. */
const CALLS = 7;

/** Results of as many calls, and the bytes that the packed filter takes after each. */
function calls(
    device: TestDevice, g: ConvGeometry, kernel: ImageKernel, source: Float32Array, length: number, filter: Float32Array,
    stays: boolean): Array<{values: Float32Array, bytes: number}> {
  const results = Array.from({length: CALLS}, () => {
    const values = device.compute([source, filter], length, ([from, at], to) =>
        kernel(device, g, from, filterAt(filter, at, stays), to, NO_EPILOGUE));
    return {values, bytes: device.filters.bytes()};
  });
  device.filters.drop(filter);
  expect(device.filters.bytes()).toBe(0);
  return results;
}

describe.each(KERNELS)('%s', (_, kernel, sourceLength, resultLength) => {
  const device = testDevice();

  test.each(LAYERS.map(g => [product(filterShape(g)), g] as const))(
      'a filter of %i weights gives every call the same, and memory is for the second one', (weights, g) => {
        const [source, filter] = [randomValues(sourceLength(g), 1), randomValues(weights, 2)];
        const [first, ...later] = calls(device, g, kernel, source, resultLength(g), filter, true);
        const [atOnce] = calls(device, g, kernel, source, resultLength(g), filter, false);
        expect(first.bytes).toBeLessThan(4 * weights);
        expect(later[0].bytes).toBeGreaterThanOrEqual(4 * weights);
        expect(new Set(later.map(({bytes}) => bytes)).size).toBe(1);
        expect(atOnce.bytes).toBeGreaterThanOrEqual(4 * weights);
        for (const {values} of [...later, atOnce]) expect(values).toEqual(first.values);
      });

  test.each([NaN, -Infinity, 3e38, 1e25])('%p in the last columns of the filter does the same to every call', special => {
    for (const g of LAYERS) {
      const [source, filter] = [randomValues(sourceLength(g), 1), randomValues(product(filterShape(g)), 2)];
      filter[filter.length - 1] = special;
      const [first, ...later] = calls(device, g, kernel, source, resultLength(g), filter, true);
      expect(first.values.some(value => !(Math.abs(value) < 1e20))).toBe(true);
      expect(first.values.some(value => Math.abs(value) < 1e20)).toBe(true);
      for (const {values} of later) expect(values).toEqual(first.values);
    }
  });
});

describe('planes of taps that are not evenly spaced, as the middle one meets nothing but padding', () => {
  const device = testDevice();
  const depth: AxisGeometry = {input: 2, kernel: 5, output: 2, stride: 3, dilation: 1, padBefore: 3, padAfter: 3};
  const g: ConvGeometry = {...layer(1, 64, 128, depth), batch: 1};
  const filter = randomValues(product(filterShape(g)), 2);
  const bound = (terms: number) => winogradError(5 * terms, 1, 45 * terms);

  test('forward', () => {
    const x = randomValues(product(xShape(g)), 1);
    const expected = new Float32Array(product(yShape(g)));
    gemmForward(g, xImage(x, g), filter, yImage(expected, g));
    const got = device.compute([x, filter], expected.length, ([from, at], to) =>
        winogradForward(tilingOf(4))(device, g, from, filterAt(filter, at), to, NO_EPILOGUE));
    expectClose('forward', got, expected, 0, bound(g.inChannels));
  });

  test('input gradient', () => {
    const dy = randomValues(product(yShape(g)), 1);
    const expected = new Float32Array(product(xShape(g)));
    gemmBackpropInput(g, yImage(dy, g), filter, xImage(expected, g));
    const got = device.compute([dy, filter], expected.length, ([from, at], to) =>
        winogradBackpropInput(tilingOf(4))(device, g, from, filterAt(filter, at), to, NO_EPILOGUE));
    expectClose('input gradient', got, expected, 0, bound(g.outChannels));
  });
});
