import type {ConvGeometry} from '../../src/geometry/conv.js';
import {backwardPlans, filterTaps, forwardPlan} from '../../src/geometry/taps.js';
import type {AxisTaps, TapPlan} from '../../src/geometry/taps.js';
import {startInputGradient, withPlan} from './conv_nd.js';
import type {Device, Filter} from './conv_nd.js';
import type {ImageKernel} from './layout.js';
import {withMemory} from './memory.js';
import {ascending, F32, xImage, yImage} from './plan.js';
import type {ConvPlan, Epilogue, Image} from './plan.js';
import {winogradTile} from './winograd_choice.js';
import type {TileSize} from './winograd_choice.js';

/*
 * Winograd convolution (assembly/winograd.ts), channels last. A plan qualifies with three evenly spaced taps along the
 * height and the width and no stride; the depth is free. Input gradients have such plans too.
 */

/** Bytes of scratch memory of transformFilter(). */
const PASSES_BYTES = 288;

const isTiled = ({sourceStep, source}: AxisTaps): boolean =>
    sourceStep === 1 && source.length === 3 && source[1] - source[0] === source[2] - source[1];

/** Whether winograd() computes a plan whose taps ascend. */
export const isWinogradPlan = ([depth, height, width]: TapPlan): boolean =>
    depth.source.length > 0 && isTiled(height) && isTiled(width);

/** Where the element (k, c) of a filter's tap stands: k * row + c * column, of the next group `group`, in bytes. */
interface Strides {
  readonly row: number;
  readonly column: number;
  readonly group: number;
}

/** One direction of a convolution: from x to y, or from dy to dx. Channels and columns are those of a group. */
interface Direction {
  readonly name: 'forward'|'backward';
  readonly plan: TapPlan;
  readonly channels: number;
  readonly columns: number;
  readonly strides: Strides;
}

function forwardOf(g: ConvGeometry): Direction {
  const [channels, columns] = [g.inChannels / g.groups, g.outChannels / g.groups];
  const strides = {row: g.outChannels * F32, column: F32, group: columns * F32};
  return {name: 'forward', plan: ascending(forwardPlan(g)), channels, columns, strides};
}

/** Phases of dx: more than one where the depth has strides; those of the height and the width do not qualify. */
function backwardOf(g: ConvGeometry): Direction[] {
  const [channels, columns] = [g.outChannels / g.groups, g.inChannels / g.groups];
  const strides = {row: F32, column: g.outChannels * F32, group: channels * F32};
  return backwardPlans(g).map(plan => ({name: 'backward', plan: ascending(plan), channels, columns, strides}));
}

function tileOf(g: ConvGeometry, {plan, channels, columns}: Direction): TileSize|null {
  return isWinogradPlan(plan) ? winogradTile(plan, g.batch, channels, columns) : null;
}

/** Spares others the making of a plan. */
const is3x3 = ({axes: [, height, width]}: ConvGeometry): boolean =>
    height.kernel === 3 && width.kernel === 3 && height.stride === 1 && width.stride === 1;

/** Whether the forward convolution should be computed by tiles of that size. */
export const forwardPays = (size: TileSize) => (g: ConvGeometry): boolean =>
    is3x3(g) && tileOf(g, forwardOf(g)) === size;

/** Whether every phase of the input gradient should. */
export const backwardPays = (size: TileSize) => (g: ConvGeometry): boolean =>
    is3x3(g) && backwardOf(g).every(direction => tileOf(g, direction) === size);

/** The transformed filters of all groups. */
function transformedFilter(
    {core, filters}: Device, g: ConvGeometry, {name, plan, channels, columns, strides}: Direction, size: TileSize,
    filter: Filter): number {
  const {heap, run} = core;
  const taps = filterTaps(plan, g);
  const planes = plan[0].source.length;
  const bytes = run.winogradFilterBytes(size + 2, planes, channels, columns);
  const form = `${name} winograd ${size} ${g.groups} ${taps.join()}`;
  const part = g.inChannels / g.groups * g.outChannels * F32;
  return filters.get(filter.key, form, g.groups * bytes, to => filter.withPointer(from => {
    withMemory(heap, PASSES_BYTES + taps.length * 4, passes => {
      const parts = passes + PASSES_BYTES;
      new Int32Array(heap.memory.buffer, parts, taps.length).set(taps);
      for (let group = 0; group < g.groups; group++) {
        run.transformFilter(
            size + 2, to + group * bytes, from + group * strides.group, parts, planes, channels, columns, part,
            strides.row, strides.column, passes);
      }
    });
  }));
}

/** Computes a direction by tiles of a given size. */
function runWinograd(
    device: Device, g: ConvGeometry, direction: Direction, size: TileSize, source: Image, filter: Filter,
    result: Image, epilogue: Epilogue): void {
  const {plan, channels, columns} = direction;
  const {core} = device;
  const conv: ConvPlan = {
    plan, batch: g.batch, groups: g.groups, channels, columns, source, result,
    filter: transformedFilter(device, g, direction, size, filter), epilogue,
  };
  withPlan(core, conv, pointer => core.run.winogradScratchBytes(pointer, size), pointer =>
      core.run.winograd(pointer, size, 0, core.run.winogradBlocks(pointer, size)));
}

/** y = conv(x, filter) by tiles of that size. */
export const winogradForward = (size: TileSize): ImageKernel => (device, g, x, filter, y, epilogue) =>
    runWinograd(device, g, forwardOf(g), size, xImage(x, g), filter, yImage(y, g), epilogue);

/** dx of conv(x, filter) at dy, likewise. */
export const winogradBackpropInput = (size: TileSize): ImageKernel => (device, g, dy, filter, dx, epilogue) => {
  startInputGradient(device, g, backwardPlans(g), dx, epilogue);
  for (const direction of backwardOf(g)) {
    runWinograd(device, g, direction, size, yImage(dy, g), filter, xImage(dx, g), epilogue);
  }
};
