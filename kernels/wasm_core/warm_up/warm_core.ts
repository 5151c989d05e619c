import {MR_RELAXED_SIMD, NR} from '../generated/layout.js';
import {convAxis, UNIT_AXIS} from '../../../src/geometry/axis.js';
import {filterShape, product, xShape, yShape} from '../../../src/geometry/conv.js';
import type {ConvGeometry} from '../../../src/geometry/conv.js';
import {gemmForward, groupedForward} from '../algorithms/gemm.js';
import {depthwiseForward} from '../algorithms/depthwise.js';
import {withMemory} from '../runtime/heap.js';
import {F32, NO_EPILOGUE} from '../plan/conv_plan.js';
import {winogradForward} from '../algorithms/winograd.js';
import type {Tiling} from '../algorithms/winograd.js';
import type {Device, ImageKernel} from '../types.js';

/*
 * Engines compile WebAssembly twice: quickly, for code that is several times slower, and again in the background what
 * runs often. Tiny layers, when a backend is set up, have the inner loops compiled for speed by the time of the first
 * real call.
 */

function layer(size: number, channels: number, groups = 1): ConvGeometry {
  const axis = convAxis({input: size, kernel: 3, stride: 1, dilation: 1}, 'same');
  return {
    batch: 1,
    groups,
    inChannels: channels,
    outChannels: channels,
    channelsLast: true,
    axes: [UNIT_AXIS, axis, axis],
  };
}

const winogradBy = (tiling: Tiling): ImageKernel => winogradForward(() => tiling);

/** What each algorithm runs on: streamed filters are transformed once for all tiles, so they have to be larger. */
const LAYERS: ReadonlyArray<readonly [ImageKernel, ConvGeometry]> = [
  [gemmForward, layer(14, 16)],
  [winogradBy({size: 4, streamed: false}), layer(14, 16)],
  [winogradBy({size: 4, streamed: true}), layer(4, 64)],
  [groupedForward, layer(14, 16, 4)],
  [depthwiseForward, layer(14, 64, 64)],
];

/** As many as engines wait for. */
const ROUNDS = 12;
/** Long enough that engines optimize the tiles that layers have few of. */
const DEPTH = 2304;

function runLayers(device: Device): void {
  const {heap} = device.core;
  for (const [run, g] of LAYERS) {
    const [x, filter, y] = [xShape, filterShape, yShape].map(shape => product(shape(g)));
    withMemory(heap, (x + filter + y) * F32, pointer => {
      const key = {};
      const at = pointer + x * F32;
      new Float32Array(heap.memory.buffer, pointer, x + filter).fill(0);
      run(device, g, pointer, {key, withPointer: use => use(at), stays: true}, at + filter * F32, NO_EPILOGUE);
      device.filters.drop(key);
    });
  }
}

/** Runs every register tile. */
function runTiles({core: {heap, run}}: Device): void {
  const [a, b, c] = [MR_RELAXED_SIMD * DEPTH, NR * DEPTH, NR * MR_RELAXED_SIMD];
  withMemory(heap, (a + b + c) * F32, pointer => {
    new Float32Array(heap.memory.buffer, pointer, a + b + c).fill(0);
    const [right, result] = [pointer + a * F32, pointer + (a + b) * F32];
    for (let rows = 1; rows <= MR_RELAXED_SIMD; rows++) {
      for (const columns of [NR, NR / 2]) {
        run.multiply(
          rows,
          columns,
          DEPTH,
          pointer,
          DEPTH * F32,
          F32,
          right,
          DEPTH,
          0,
          result,
          NR * F32,
          result,
          NR * F32,
          0,
        );
      }
    }
  });
}

/** Takes some 20 ms, and leaves nothing in the memory. */
export function warmUp(device: Device): void {
  for (let round = 0; round < ROUNDS; round++) {
    runTiles(device);
    runLayers(device);
  }
}
