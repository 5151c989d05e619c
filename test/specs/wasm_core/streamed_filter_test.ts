import {NO_EPILOGUE} from '../../../kernels/wasm_core/plan/conv_plan.js';
import {gemmBackpropInput, gemmForward} from '../../../kernels/cpu/implicit_gemm.js';
import {xImage, yImage} from '../../../kernels/cpu/image.js';
import {tilingOf, winogradBackpropInput, winogradForward} from '../../../kernels/wasm_core/algorithms/winograd.js';
import type {ChooseTiling} from '../../../kernels/wasm_core/algorithms/winograd.js';
import {convAxis, UNIT_AXIS} from '../../../src/geometry/axis.js';
import type {AxisGeometry} from '../../../src/geometry/axis.js';
import {filterShape, product, xShape, yShape} from '../../../src/geometry/conv.js';
import type {ConvGeometry} from '../../../src/geometry/conv.js';
import {filterAt, testDevice} from '../../support/wasm_core/device.js';
import type {TestDevice} from '../../support/wasm_core/device.js';
import {expectClose, randomValues} from '../../support/wasm_core/geometries.js';
import {winogradError} from '../../support/tolerance.js';
import type {ImageKernel} from '../../../kernels/wasm_core/types.js';

/*
 * Filters that are transformed while they are used: packed by the first call for itself, and by later ones a share at a
 * time to stay. A call must not show which.
 */

const axis = (input: number, kernel = 3) => convAxis({input, kernel, stride: 1, dilation: 1}, 'same');
const layer = (groups: number, inChannels: number, outChannels: number, depth = UNIT_AXIS): ConvGeometry => ({
  batch: 1,
  groups,
  inChannels,
  outChannels,
  channelsLast: true,
  axes: [depth, axis(7), axis(6)],
});

/** Columns of one share, of several that are whole panels or not, more than a call packs at a time, groups, planes. */
const LAYERS: readonly ConvGeometry[] = [
  layer(1, 12, 5),
  layer(1, 37, 8),
  layer(1, 33, 75),
  layer(1, 523, 96),
  layer(1, 9, 300),
  layer(3, 12, 39),
  layer(1, 10, 43, axis(2)),
  {...layer(1, 8, 20), batch: 3},
];

/** A way through a convolution, and the same by the kernels in TypeScript. */
interface Pass {
  readonly name: string;
  readonly by: (tiling: ChooseTiling) => ImageKernel;
  readonly sourceShape: (g: ConvGeometry) => number[];
  readonly resultShape: (g: ConvGeometry) => number[];
  /** Channels that are summed over. */
  readonly terms: (g: ConvGeometry) => number;
  readonly reference: (g: ConvGeometry, filter: Float32Array, source: Float32Array, result: Float32Array) => void;
}

const PASSES: readonly Pass[] = [
  {
    name: 'forward',
    by: winogradForward,
    sourceShape: xShape,
    resultShape: yShape,
    terms: g => g.inChannels,
    reference: (g, filter, x, y) => gemmForward(g, xImage(x, g), filter, yImage(y, g)),
  },
  {
    name: 'input gradient',
    by: winogradBackpropInput,
    sourceShape: yShape,
    resultShape: xShape,
    terms: g => g.outChannels,
    reference: (g, filter, dy, dx) => gemmBackpropInput(g, yImage(dy, g), filter, xImage(dx, g)),
  },
];

/** More than there are shares. */
const CALLS = 7;

/** Results of as many calls, and the bytes that the packed filter takes after each. */
function calls(
  device: TestDevice,
  g: ConvGeometry,
  kernel: ImageKernel,
  source: Float32Array,
  length: number,
  filter: Float32Array,
  stays: boolean,
): Array<{values: Float32Array; bytes: number}> {
  const results = Array.from({length: CALLS}, () => {
    const values = device.compute([source, filter], length, ([from, at], to) =>
      kernel(device, g, from, filterAt(filter, at, stays), to, NO_EPILOGUE),
    );
    return {values, bytes: device.filters.bytes()};
  });
  device.filters.drop(filter);
  expect(device.filters.bytes()).toBe(0);
  return results;
}

describe.each(PASSES)('$name', ({by, sourceShape, resultShape, terms, reference}) => {
  const device = testDevice();
  const kernel = by(() => ({size: 4, streamed: true}));
  const sourceOf = (g: ConvGeometry) => randomValues(product(sourceShape(g)), 1);
  const filterOf = (g: ConvGeometry) => randomValues(product(filterShape(g)), 2);
  const lengthOf = (g: ConvGeometry) => product(resultShape(g));

  test.each(LAYERS.map(g => [product(filterShape(g)), g] as const))(
    'a filter of %i weights gives every call the same, and memory is for the second one',
    (weights, g) => {
      const [source, filter] = [sourceOf(g), filterOf(g)];
      const [first, ...later] = calls(device, g, kernel, source, lengthOf(g), filter, true);
      const [atOnce] = calls(device, g, kernel, source, lengthOf(g), filter, false);
      expect(first.bytes).toBeLessThan(4 * weights);
      expect(later[0].bytes).toBeGreaterThanOrEqual(4 * weights);
      expect(new Set(later.map(({bytes}) => bytes)).size).toBe(1);
      expect(atOnce.bytes).toBeGreaterThanOrEqual(4 * weights);
      for (const {values} of [...later, atOnce]) expect(values).toEqual(first.values);
    },
  );

  test.each([NaN, -Infinity, 3e38, 1e25])(
    '%p in the last columns of the filter does the same to every call',
    special => {
      for (const g of LAYERS) {
        const [source, filter] = [sourceOf(g), filterOf(g)];
        filter[filter.length - 1] = special;
        const [first, ...later] = calls(device, g, kernel, source, lengthOf(g), filter, true);
        expect(first.values.some(value => !(Math.abs(value) < 1e20))).toBe(true);
        expect(first.values.some(value => Math.abs(value) < 1e20)).toBe(true);
        for (const {values} of later) expect(values).toEqual(first.values);
      }
    },
  );

  test('planes of taps that are not evenly spaced, as the middle one meets nothing but padding', () => {
    const depth: AxisGeometry = {input: 2, kernel: 5, output: 2, stride: 3, dilation: 1, padBefore: 3, padAfter: 3};
    const g = layer(1, 64, 128, depth);
    const [source, filter, expected] = [sourceOf(g), filterOf(g), new Float32Array(lengthOf(g))];
    reference(g, filter, source, expected);
    const got = device.compute([source, filter], expected.length, ([from, at], to) =>
      by(tilingOf(4))(device, g, from, filterAt(filter, at), to, NO_EPILOGUE),
    );
    expectClose('uneven', got, expected, 0, winogradError(5 * terms(g), 1, 45 * terms(g)));
  });
});
