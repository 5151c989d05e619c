import {convAxis, UNIT_AXIS} from '../../src/geometry/axis.js';
import {filterShape, product, xShape, yShape} from '../../src/geometry/conv.js';
import type {ConvGeometry} from '../../src/geometry/conv.js';
import {gemmBackpropInput, gemmForward, groupedForward} from '../../kernels/wasm_core/algorithms/gemm.js';
import {closeCall, openCall} from '../../kernels/wasm_core/call.js';
import {instantiate} from '../../kernels/wasm_core/runtime/instantiate.js';
import {depthwiseBackpropFilter, depthwiseForward} from '../../kernels/wasm_core/algorithms/depthwise.js';
import {
  gemmBackpropFilter,
  groupedBackpropFilter,
  winogradBackpropFilter,
} from '../../kernels/wasm_core/algorithms/filter_gradient.js';
import {createFilterCache} from '../../kernels/wasm_core/runtime/filter_cache.js';
import {workerChunks} from '../../kernels/wasm_core/runtime/thread_pool.js';
import {fftBackpropInput, fftForward} from '../../kernels/wasm_core/algorithms/fft.js';
import {fftBackpropFilter} from '../../kernels/wasm_core/algorithms/fft_filter_gradient.js';
import {winogradForward} from '../../kernels/wasm_core/algorithms/winograd.js';
import {winogradLineForward} from '../../kernels/wasm_core/algorithms/winograd_line.js';
import {numbers} from './data.js';
import {filterAt} from './wasm_core/device.js';
import {createHeap} from '../../kernels/wasm_core/runtime/heap.js';
import type {Device, FilterGradientKernel, ImageKernel} from '../../kernels/wasm_core/types.js';

/** Bytes of memory that threads share at most. */
const MOST_BYTES = 2 ** 28;

function deviceOf(threads: number): Device {
  const heap = createHeap(MOST_BYTES, true);
  return {core: instantiate(heap, threads), filters: createFilterCache(heap)};
}

const axis = (input: number, stride: number, kernel = 3) => convAxis({input, kernel, stride, dilation: 1}, 'same');

const geometry = (
  groups: number,
  inChannels: number,
  outChannels: number,
  stride = 1,
  [height, width]: readonly [number, number] = [53, 47],
): ConvGeometry => ({
  batch: 2,
  groups,
  inChannels,
  outChannels,
  channelsLast: true,
  axes: [UNIT_AXIS, axis(height, stride), axis(width, stride)],
});

/** Too few results for blocks of them: the columns are divided. */
const SMALL: ConvGeometry = {...geometry(1, 48, 301, 1, [5, 9]), batch: 1};

const KERNELS: ReadonlyArray<readonly [string, ImageKernel, ConvGeometry]> = [
  ['gemm', gemmForward, geometry(1, 24, 40)],
  ['gemm, by phases of the input gradient', gemmBackpropInput, geometry(2, 24, 40, 2)],
  ['gemm, by columns', gemmForward, SMALL],
  ['gemm, by columns of a spaced input gradient', gemmBackpropInput, {...geometry(1, 301, 48, 2, [9, 11]), batch: 1}],
  ['grouped', groupedForward, geometry(16, 64, 64)],
  ['depthwise', depthwiseForward, geometry(96, 96, 96)],
  ['winograd 4x4', winogradForward(() => ({size: 4, streamed: false})), geometry(1, 24, 40)],
  ['winograd 4x4, streamed', winogradForward(() => ({size: 4, streamed: true})), geometry(1, 24, 40)],
  ['winograd 4x4, by columns', winogradForward(() => ({size: 4, streamed: false})), SMALL],
  ['winograd 4x4, streamed, by columns', winogradForward(() => ({size: 4, streamed: true})), SMALL],
  ['winograd line', winogradLineForward, geometry(1, 24, 40)],
  ['winograd line, by columns', winogradLineForward, SMALL],
  ['fft', fftForward, geometry(1, 24, 40)],
  ['fft, planes of one group', fftForward, geometry(3, 3, 3, 1, [131, 127])],
  ['fft, planes of groups', fftForward, geometry(9, 9, 18, 1, [101, 97])],
  [
    'fft, by phases of the input gradient',
    fftBackpropInput,
    {...geometry(9, 9, 9), axes: [UNIT_AXIS, axis(201, 2, 7), axis(197, 2, 7)]},
  ],
  ['fft, lines', fftForward, {...geometry(1, 1, 1), axes: [UNIT_AXIS, UNIT_AXIS, axis(70001, 1, 101)]}],
  ['fft, lines of groups', fftForward, {...geometry(6, 6, 6), axes: [UNIT_AXIS, axis(9001, 1, 51), UNIT_AXIS]}],
  ['winograd 2x2', winogradForward(() => ({size: 2, streamed: false})), geometry(1, 24, 40)],
];

/** By Fourier transforms, and by nothing else. */
const fftOnly = fftBackpropFilter(() => {
  throw new Error('not computed');
});

const GRADIENTS: ReadonlyArray<readonly [string, FilterGradientKernel, ConvGeometry]> = [
  ['gemm', gemmBackpropFilter, geometry(2, 48, 150)],
  ['gemm, strided', gemmBackpropFilter, geometry(1, 24, 67, 2)],
  ['grouped', groupedBackpropFilter, geometry(16, 64, 64)],
  ['depthwise', depthwiseBackpropFilter, geometry(131, 131, 131)],
  ['fft, by columns', fftOnly, geometry(1, 24, 40)],
  ['fft, slices of many channels', fftOnly, geometry(1, 96, 96, 1, [37, 41])],
  ['fft, planes of one group', fftOnly, geometry(3, 3, 3, 1, [131, 127])],
  ['fft, planes of groups', fftOnly, geometry(9, 9, 18, 1, [101, 97])],
  ['fft, lines of groups', fftOnly, {...geometry(6, 6, 6), axes: [UNIT_AXIS, axis(9001, 1, 51), UNIT_AXIS]}],
  ['winograd 4x4', winogradBackpropFilter(4), geometry(1, 24, 77)],
  ['winograd 2x2', winogradBackpropFilter(2), geometry(2, 24, 150)],
];

/** Memory for the floats of an operand. */
type Allocate = (length: number) => number;

/** Runs f, and frees the memory that it has been given: a test computes until the others have taken part. */
function withMemory<T>({core: {heap}}: Device, f: (allocate: Allocate) => T): T {
  const pointers: number[] = [];
  try {
    return f(length => {
      const pointer = heap.malloc(length * 4);
      pointers.push(pointer);
      return pointer;
    });
  } finally {
    pointers.forEach(heap.free);
  }
}

/** The floats at an address. */
const floatsOf = ({core: {heap}}: Device, pointer: number, length: number): Float32Array =>
  new Float32Array(heap.memory.buffer, pointer, length);

/** Puts numbers into the memory. */
function put(device: Device, allocate: Allocate, what: string, length: number): number {
  const pointer = allocate(length);
  floatsOf(device, pointer, length).set(numbers(what, length));
  return pointer;
}

/** What a kernel of the filter's gradient computes; `poison` is what x begins with. */
const computeGradient = (
  device: Device,
  name: string,
  kernel: FilterGradientKernel,
  g: ConvGeometry,
  poison?: number,
): Float32Array =>
  withMemory(device, allocate => {
    const x = put(device, allocate, `${name} x`, product(xShape(g)));
    const dy = put(device, allocate, `${name} dy`, product(yShape(g)));
    if (poison !== undefined) floatsOf(device, x, 1)[0] = poison;
    const length = product(filterShape(g));
    const to = allocate(length);
    const call = openCall(device);
    kernel(call, g, {x, dy, dfilter: to});
    closeCall(call);
    return floatsOf(device, to, length).slice();
  });

/** What a kernel computes with bias and activation. */
const compute = (device: Device, name: string, kernel: ImageKernel, g: ConvGeometry): Float32Array =>
  withMemory(device, allocate => {
    const backward = name.includes('gradient');
    const [source, result] = backward ? [yShape(g), xShape(g)] : [xShape(g), yShape(g)];
    const to = allocate(product(result));
    const key = {};
    const call = openCall(device);
    kernel(call, g, {
      source: put(device, allocate, `${name} x`, product(source)),
      filter: filterAt(key, put(device, allocate, `${name} filter`, product(filterShape(g)))),
      result: to,
      epilogue: {
        bias: put(device, allocate, `${name} bias`, backward ? g.inChannels : g.outChannels),
        activation: 'elu',
        slopes: 0,
        slopePerChannel: false,
      },
    });
    closeCall(call);
    device.filters.drop(key);
    return floatsOf(device, to, product(result)).slice();
  });

/** How many values differ; Object.is() tells NaN and -0. */
const differences = (a: Float32Array, b: Float32Array): number =>
  a.reduce((count, value, i) => (Object.is(value, b[i]) ? count : count + 1), Math.abs(a.length - b.length));

/** Chunks of blocks that others than the calling thread have computed. */
const served = ({core: {threadPool}}: Device): number => (threadPool === null ? NaN : workerChunks(threadPool));

/** Waits until the threads have started, which they do while the page is idle. */
async function started(device: Device): Promise<void> {
  const [name, kernel, g] = KERNELS[0];
  while (served(device) === 0) {
    await new Promise(resolve => setTimeout(resolve, 100));
    compute(device, name, kernel, g);
  }
}

/** Threads compute what one does, to the bit; on pages and in Node. */
export const threadPoolSpecs = (): void =>
  describe('threads on a shared memory', () => {
    const [alone, together] = [deviceOf(1), deviceOf(3)];
    afterAll(() => together.core.threadPool?.end());

    test('are not started where nothing is to be shared', () => {
      expect(alone.core.threadPool).toBe(null);
    });

    // The first test that computes: nothing has let the threads start.
    test('are not needed', () => {
      const [name, kernel, g] = KERNELS[0];
      expect(differences(compute(together, name, kernel, g), compute(alone, name, kernel, g))).toBe(0);
      expect(served(together)).toBe(0);
    });

    /** Compares what is computed together and alone, until the others have taken part. */
    async function expectSame(computeOn: (device: Device) => Float32Array): Promise<void> {
      await started(together);
      const expected = computeOn(alone);
      const before = served(together);
      for (let i = 0; i < 100 && served(together) === before; i++) {
        expect(differences(computeOn(together), expected)).toBe(0);
      }
      expect(served(together)).toBeGreaterThan(before);
    }

    test.each(KERNELS)('compute what one does: %s', (name, kernel, g) =>
      expectSame(device => compute(device, name, kernel, g)),
    );

    test.each(GRADIENTS)("compute the filter's gradient that one does: %s", (name, kernel, g) =>
      expectSame(device => computeGradient(device, name, kernel, g)),
    );

    test('leave what Winograd does not compute to the next kernel', () =>
      expectSame(device =>
        computeGradient(device, 'infinite', winogradBackpropFilter(4), geometry(1, 24, 77), Infinity),
      ));
  });
