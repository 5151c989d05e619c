import {CORE_BACKPROP_FILTER, CORE_BACKPROP_INPUT, CORE_FORWARD} from '../../../kernels/wasm_core/algorithms/choice.js';
import type {CoreVariant} from '../../../kernels/wasm_core/algorithms/choice.js';
import {closeCall, openCall} from '../../../kernels/wasm_core/call.js';
import {NO_EPILOGUE} from '../../../kernels/wasm_core/plan/conv_plan.js';
import {createFilterCache} from '../../../kernels/wasm_core/runtime/filter_cache.js';
import {createHeap} from '../../../kernels/wasm_core/runtime/heap.js';
import {instantiate} from '../../../kernels/wasm_core/runtime/instantiate.js';
import type {Call, Device, ImageName} from '../../../kernels/wasm_core/types.js';
import {filterShape, product, xShape, yShape} from '../../../src/geometry/conv.js';
import type {ConvGeometry} from '../../../src/geometry/conv.js';
import type {ConvOptions} from '../../../src/geometry/options.js';
import {resolveConv, resolveDepthwise} from '../../../src/geometry/resolve.js';
import {registerFlags} from '../../../src/registry/flags.js';

/*
 * What a call takes beside its operands and its result: blocks and tiles, which do not grow with the image.
 */

registerFlags();

const MEBIBYTE = 2 ** 20;

/** What is stated in docs/benchmarks_memory.md: scratch memory of a call, whatever the size of its images. */
const MOST_SCRATCH = 8 * MEBIBYTE;

/** A device that knows the most that has been allocated at once since it was asked last. */
function countingDevice(): {readonly device: Device; readonly restart: () => void; readonly most: () => number} {
  const heap = createHeap();
  const sizes = new Map<number, number>();
  let [live, most, start] = [0, 0, 0];
  const counted = {
    memory: heap.memory,
    malloc(bytes: number) {
      const pointer = heap.malloc(bytes);
      sizes.set(pointer, bytes);
      live += bytes;
      most = Math.max(most, live);
      return pointer;
    },
    free(pointer: number) {
      heap.free(pointer);
      live -= sizes.get(pointer) ?? 0;
    },
  };
  return {
    device: {core: instantiate(counted), filters: createFilterCache(counted)},
    restart() {
      most = start = live;
    },
    most: () => most - start,
  };
}

/** Runs a kernel twice on operands of a geometry; returns what the second call takes, which finds the filter packed. */
function scratchOf(
  g: ConvGeometry,
  run: (call: Call, at: {readonly x: number; readonly filter: number; readonly y: number}) => void,
): number {
  const {device, restart, most} = countingDevice();
  const {heap} = device.core;
  const [x, filter, y] = [xShape(g), filterShape(g), yShape(g)].map(shape => heap.malloc(product(shape) * 4));
  for (let n = 0; n < 2; n++) {
    restart();
    device.filters.startCall();
    const call = openCall(device);
    run(call, {x, filter, y});
    closeCall(call);
  }
  return most();
}

interface Family {
  readonly name: string;
  readonly geometry: (side: number) => ConvGeometry;
  /** A side, and one that makes an image at least four times as large. */
  readonly sides: readonly [number, number];
}

const dense = (
  rank: 2 | 3,
  kernel: number,
  [from, to]: readonly [number, number],
  options: ConvOptions = {},
): Family['geometry'] => {
  const {groups = 1} = options;
  return side =>
    resolveConv({
      op: 'conv',
      rank,
      x: [1, ...new Array<number>(rank).fill(side), from],
      filter: [...new Array<number>(rank).fill(kernel), from / groups, to],
      options: {pad: 'same', ...options},
    }).geometry;
};

const depthwise =
  (kernel: number, channels: number, options: ConvOptions = {}): Family['geometry'] =>
  side =>
    resolveDepthwise({
      op: 'depthwise',
      rank: 2,
      x: [1, side, side, channels],
      filter: [kernel, kernel, channels, 1],
      options: {pad: 'same', ...options},
    }).geometry;

const FAMILIES: readonly Family[] = [
  {name: 'volumes of few channels', geometry: dense(3, 3, [1, 2]), sides: [24, 48]},
  {name: 'volumes of more channels', geometry: dense(3, 3, [8, 16]), sides: [12, 24]},
  {name: 'volumes with strides', geometry: dense(3, 3, [4, 8], {strides: 2}), sides: [16, 32]},
  {name: '3x3', geometry: dense(2, 3, [16, 32]), sides: [64, 128]},
  {name: '7x7 with strides', geometry: dense(2, 7, [3, 64], {strides: 2}), sides: [64, 128]},
  {name: '11x11', geometry: dense(2, 11, [16, 16]), sides: [48, 96]},
  {name: 'dilated', geometry: dense(2, 3, [16, 16], {dilations: 4}), sides: [64, 128]},
  {name: 'pointwise', geometry: dense(2, 1, [32, 64]), sides: [64, 128]},
  {name: 'grouped', geometry: dense(2, 3, [32, 32], {groups: 8}), sides: [64, 128]},
  {name: 'depthwise', geometry: depthwise(3, 32), sides: [64, 128]},
  {name: 'depthwise of few channels', geometry: depthwise(5, 3), sides: [128, 256]},
  {name: 'depthwise with a large kernel', geometry: depthwise(63, 3), sides: [100, 200]},
  {name: 'depthwise with a large kernel, of more channels', geometry: depthwise(31, 12), sides: [64, 128]},
];

/** Variants of a kernel that compute a geometry or another one, and what each takes for either. */
const BY_KERNEL = {
  forward: (g: readonly ConvGeometry[]) => imageScratch(CORE_FORWARD, 'x', g),
  'the input gradient': (g: readonly ConvGeometry[]) => imageScratch(CORE_BACKPROP_INPUT, 'y', g),
  'the filter gradient': (g: readonly ConvGeometry[]) =>
    CORE_BACKPROP_FILTER.filter(({when}) => g.some(when)).map(({name, run}) => ({
      name,
      bytes: g.map(one => scratchOf(one, (call, {x, y, filter}) => run(call, one, {x, dy: y, dfilter: filter}))),
    })),
};

interface Scratch {
  readonly name: string;
  readonly bytes: readonly number[];
}

function imageScratch(variants: readonly CoreVariant[], from: ImageName, g: readonly ConvGeometry[]): Scratch[] {
  return variants
    .filter(({when}) => g.some(when))
    .map(({name, run}) => ({
      name,
      bytes: g.map(one =>
        scratchOf(one, (call, at) => {
          const [source, result] = from === 'x' ? [at.x, at.y] : [at.y, at.x];
          const filter = {key: one, read: () => at.filter};
          run(call, one, {source, filter, result, epilogue: NO_EPILOGUE});
        }),
      ),
    }));
}

describe.each(FAMILIES.map(family => [family.name, family] as const))(
  'scratch memory of %s',
  (_, {geometry, sides}) => {
    test.each(Object.entries(BY_KERNEL))('does not grow with the image: %s', (_kernel, scratch) => {
      const taken = scratch(sides.map(geometry));
      expect(taken.length).toBeGreaterThan(0);
      for (const {name, bytes} of taken) {
        expect({name, bytes}).toEqual({name, bytes: bytes.map(one => Math.min(one, MOST_SCRATCH))});
      }
    });
  },
);
