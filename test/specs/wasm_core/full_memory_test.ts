import {NO_EPILOGUE} from '../../../kernels/wasm_core/plan/conv_plan.js';
import {depthwiseBackpropInput, depthwiseForward} from '../../../kernels/wasm_core/algorithms/depthwise.js';
import {
  gemmBackpropInput,
  gemmForward,
  groupedBackpropInput,
  groupedForward,
} from '../../../kernels/wasm_core/algorithms/gemm.js';
import {winogradBackpropInput, winogradForward} from '../../../kernels/wasm_core/algorithms/winograd.js';
import {winogradLineForward} from '../../../kernels/wasm_core/algorithms/winograd_line.js';
import type {Tiling} from '../../../kernels/wasm_core/algorithms/winograd.js';
import {convAxis, UNIT_AXIS} from '../../../src/geometry/axis.js';
import {filterShape, product, xShape, yShape} from '../../../src/geometry/conv.js';
import type {ConvGeometry} from '../../../src/geometry/conv.js';
import {filterAt, testDevice} from '../../support/wasm_core/device.js';
import type {TestDevice} from '../../support/wasm_core/device.js';
import {randomValues} from '../../support/wasm_core/geometries.js';
import type {ImageKernel} from '../../../kernels/wasm_core/types.js';

/*
 * Calls in memories of every size. Packed filters of other calls make room; the one that a call uses must not, though
 * memory ends while it is in use. Freed memory is filled with NaN, so that a result shows what was read there.
 */

function layer(size: number, channels: number, {groups = 1, outChannels = channels, stride = 1} = {}): ConvGeometry {
  const axis = convAxis({input: size, kernel: 3, stride, dilation: 1}, 'same');
  return {batch: 1, groups, inChannels: channels, outChannels, channelsLast: true, axes: [UNIT_AXIS, axis, axis]};
}

const winograd =
  (by: typeof winogradForward, tiling: Tiling): ImageKernel =>
  (...args) =>
    by(() => tiling)(...args);

interface Kernel {
  readonly name: string;
  readonly run: ImageKernel;
  readonly backward: boolean;
  readonly g: ConvGeometry;
}

const KERNELS: readonly Kernel[] = [
  {name: 'gemm', run: gemmForward, backward: false, g: layer(9, 24)},
  {name: 'gemm, by phases', run: gemmBackpropInput, backward: true, g: layer(9, 24, {stride: 2})},
  {name: 'grouped', run: groupedForward, backward: false, g: layer(9, 24, {groups: 6})},
  {name: 'grouped, input gradient', run: groupedBackpropInput, backward: true, g: layer(9, 24, {groups: 6})},
  {name: 'depthwise', run: depthwiseForward, backward: false, g: layer(9, 48, {groups: 48})},
  {name: 'depthwise, copies', run: depthwiseForward, backward: false, g: layer(9, 24, {groups: 24, outChannels: 48})},
  {
    name: 'depthwise, input gradient',
    run: depthwiseBackpropInput,
    backward: true,
    g: layer(9, 24, {groups: 24, outChannels: 48, stride: 2}),
  },
  {
    name: 'winograd',
    run: winograd(winogradForward, {size: 4, streamed: false}),
    backward: false,
    g: layer(7, 16),
  },
  {
    name: 'winograd line',
    run: winogradLineForward,
    backward: false,
    g: layer(7, 16),
  },
  {
    name: 'winograd, streamed',
    run: winograd(winogradForward, {size: 4, streamed: true}),
    backward: false,
    g: layer(7, 32),
  },
  {
    name: 'winograd, streamed, input gradient',
    run: winograd(winogradBackpropInput, {size: 4, streamed: true}),
    backward: true,
    g: layer(7, 32),
  },
];

/** The first one packs the filter. */
const CALLS = 4;
/** Filters of other calls, which make room. */
const OTHERS = 40;
const OTHER_BYTES = 8000;

function callsOn(device: TestDevice, {run, backward, g}: Kernel): Float32Array[] {
  const [source, result] = backward ? [yShape(g), xShape(g)] : [xShape(g), yShape(g)];
  const values = randomValues(product(filterShape(g)), 2);
  return Array.from({length: CALLS}, () =>
    device.compute([randomValues(product(source), 1), values], product(result), (call, [source, filter], result) =>
      run(call, g, {source, filter: filterAt(values, filter), result, epilogue: NO_EPILOGUE}),
    ),
  );
}

describe.each(KERNELS)('$name', one => {
  test('is right in every memory or throws', () => {
    const expected = callsOn(testDevice(), one);
    expect(expected[0].every(Number.isFinite)).toBe(true);
    const results = [];
    for (let bytes = 20000; bytes < 800000; bytes = Math.ceil(1.12 * bytes)) {
      const device = testDevice(bytes);
      const others = Array.from({length: OTHERS}, () => ({}));
      try {
        for (const other of others) {
          device.filters.startCall();
          device.filters.add(other, 'form', OTHER_BYTES, () => {});
        }
        expect(callsOn(device, one)).toEqual(expected);
        const kept = others.filter(other => device.filters.find(other, 'form') !== undefined).length;
        results.push(kept === OTHERS ? 'all kept' : 'room made');
      } catch (error) {
        expect(String(error)).toContain('the WebAssembly memory must have room');
        results.push('out of memory');
      }
      // What is left over is what the cache knows of.
      device.filters.startCall();
      device.core.heap.free(device.core.heap.malloc(bytes - 2048));
      expect(device.filters.bytes()).toBe(0);
    }
    expect([...new Set(results)]).toEqual(['out of memory', 'room made', 'all kept']);
  });
});
