import {NO_EPILOGUE} from '../../../kernels/wasm_core/plan/conv_plan.js';
import {gemmBackpropInput, gemmForward} from '../../../kernels/cpu/implicit_gemm.js';
import {xImage, yImage} from '../../../kernels/cpu/image.js';
import {tilingOf} from '../../../kernels/wasm_core/algorithms/choice.js';
import {winogradBackpropInput, winogradForward} from '../../../kernels/wasm_core/algorithms/winograd.js';
import type {ChooseTiling} from '../../../kernels/wasm_core/algorithms/winograd.js';
import {convAxis, UNIT_AXIS} from '../../../src/geometry/axis.js';
import type {AxisGeometry} from '../../../src/geometry/axis.js';
import {filterShape, product, xShape, yShape} from '../../../src/geometry/conv.js';
import type {ConvGeometry} from '../../../src/geometry/conv.js';
import {filterAt, testDevice} from '../../support/wasm_core/device.js';
import {expectClose, randomValues} from '../../support/wasm_core/geometries.js';
import {winogradError} from '../../support/tolerance.js';
import type {ImageKernel} from '../../../kernels/wasm_core/types.js';

/*
 * Filters that are transformed while they are used, in more sizes than those of kernels_test.ts.
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

/** Columns that are whole panels or not, one panel or many, more than a block; groups, planes. */
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

/** A direction of a convolution, and the same by the kernels in TypeScript. */
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

describe.each(PASSES)('$name', ({by, sourceShape, resultShape, terms, reference}) => {
  const device = testDevice();
  const sourceOf = (g: ConvGeometry) => randomValues(product(sourceShape(g)), 1);
  const filterOf = (g: ConvGeometry) => randomValues(product(filterShape(g)), 2);
  const lengthOf = (g: ConvGeometry) => product(resultShape(g));

  /** Compares what streamed tiles compute with the reference. */
  function check(name: string, g: ConvGeometry, tilingOf: ChooseTiling, bound: number): void {
    const [source, filter, expected] = [sourceOf(g), filterOf(g), new Float32Array(lengthOf(g))];
    reference(g, filter, source, expected);
    const got = device.compute([source, filter], expected.length, (call, [from, at], result) =>
      by(tilingOf)(call, g, {source: from, filter: filterAt(filter, at), result, epilogue: NO_EPILOGUE}),
    );
    device.filters.drop(filter);
    expect(device.filters.bytes()).toBe(0);
    expectClose(name, got, expected, 0, bound);
  }

  test.each(LAYERS.map(g => [product(filterShape(g)), g] as const))('a filter of %i weights', (weights, g) => {
    const planes = g.axes[0].kernel;
    const length = (planes * terms(g)) / g.groups;
    check(`${weights} weights`, g, () => ({size: 4, streamed: true}), winogradError(length, 1, 9 * length));
  });

  test('planes of taps that are not evenly spaced, as the middle one meets nothing but padding', () => {
    const depth: AxisGeometry = {input: 2, kernel: 5, output: 2, stride: 3, dilation: 1, padBefore: 3, padAfter: 3};
    const g = layer(1, 64, 128, depth);
    check('uneven', g, tilingOf(4), winogradError(5 * terms(g), 1, 45 * terms(g)));
  });
});
