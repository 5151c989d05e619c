import {product, spatialSizes, xShape} from '../../../src/geometry/conv.js';
import type {ConvGeometry} from '../../../src/geometry/conv.js';
import {perGeometry} from '../../../src/geometry/geometry_cache.js';
import {backwardPlans} from '../../../src/geometry/taps.js';
import {computePlan, GEMM, GROUPED} from '../plan/dispatch.js';
import type {BlockKernel} from '../plan/dispatch.js';
import {backwardDirections, forwardDirection, tapStep} from '../plan/direction.js';
import type {Direction} from '../plan/direction.js';
import {withMemory} from '../runtime/heap.js';
import {ACTIVATION_NUMBERS, F32} from '../plan/conv_plan.js';
import type {Epilogue} from '../plan/conv_plan.js';
import type {Operands} from '../plan/encoding.js';
import type {Core, Device, Filter, ImageKernel} from '../types.js';

/** Runs `use` with a list of taps in memory. */
export function withTaps(core: Core, taps: readonly number[], use: (list: number) => void): void {
  withMemory(core.heap, taps.length * 4, list => {
    core.words(list + taps.length * 4).set(taps, list / 4);
    use(list);
  });
}

/** Adds a packed form of a filter to the cache; `pack` writes that of a group, `bytes` long, for a list of taps. */
export function packGroups(
  {core, filters}: Device,
  {groups}: ConvGeometry,
  {taps, groupStep}: Direction,
  form: string,
  bytes: number,
  filter: Filter,
  pack: (to: number, from: number, list: number) => void,
): number {
  return filters.add(filter.key, form, Math.max(1, groups * bytes), to =>
    filter.withPointer(from =>
      withTaps(core, taps, list => {
        for (let group = 0; group < groups; group++) pack(to + group * bytes, from + group * groupStep, list);
      }),
    ),
  );
}

/** The panels of all groups. */
function packedFilter(device: Device, g: ConvGeometry, direction: Direction, filter: Filter): number {
  return device.filters.find(filter.key, direction.forms.panels) ?? packFilter(device, g, direction, filter);
}

function packFilter(device: Device, g: ConvGeometry, direction: Direction, filter: Filter): number {
  const {taps, channels, columns, channelStep, columnStep, forms} = direction;
  const bytes = device.core.run.gemmFilterBytes(taps.length * channels, columns);
  return packGroups(device, g, direction, forms.panels, bytes, filter, (to, from, list) =>
    device.core.run.packPanels(to, from, list, taps.length, channels, columns, tapStep(g), channelStep, columnStep),
  );
}

/** Computes a direction with the panels of its filter. */
function computeDirection(
  device: Device,
  g: ConvGeometry,
  direction: Direction,
  kernel: BlockKernel,
  filter: Filter,
  {source, result, epilogue}: Omit<Operands, 'filter'>,
): void {
  const operands = {source, result, filter: packedFilter(device, g, direction, filter), epilogue};
  computePlan(device.core, direction.words, operands, kernel);
}

const forwardBy =
  (kernel: BlockKernel): ImageKernel =>
  (device, g, source, filter, result, epilogue) =>
    computeDirection(device, g, forwardDirection(g), kernel, filter, {source, result, epilogue});

/** Whether every element of dx belongs to a phase. */
const isCovered = perGeometry(g => {
  const covered = backwardPlans(g).reduce((sum, plan) => sum + product(plan.map(({count}) => count)), 0);
  return covered === product(spatialSizes(g, 'input'));
});

/**
 * Writes what elements of dx get that no phase covers, which is the epilogue of 0, to all of dx where there are any:
 * phases write over it.
 */
export function startInputGradient(
  {core: {run, heap}}: Device,
  g: ConvGeometry,
  dx: number,
  {bias, activation, slopes, slopePerChannel}: Epilogue,
): void {
  if (isCovered(g)) return;
  const pixels = product(spatialSizes(g, 'input'));
  new Float32Array(heap.memory.buffer, dx, product(xShape(g))).fill(0);
  run.finishRows(
    dx,
    g.inChannels * F32,
    g.batch * pixels,
    g.inChannels,
    bias,
    ACTIVATION_NUMBERS[activation],
    slopes,
    slopePerChannel ? F32 : 0,
  );
}

/** Every phase of dx is a dense convolution of dy. */
const backpropInputBy =
  (kernel: BlockKernel): ImageKernel =>
  (device, g, source, filter, result, epilogue) => {
    startInputGradient(device, g, result, epilogue);
    for (const direction of backwardDirections(g)) {
      computeDirection(device, g, direction, kernel, filter, {source, result, epilogue});
    }
  };

/** y = conv(x, filter), channels last. */
export const gemmForward = forwardBy(GEMM);
export const groupedForward = forwardBy(GROUPED);

/** dx of conv(x, filter) at dy, channels last. */
export const gemmBackpropInput = backpropInputBy(GEMM);
export const groupedBackpropInput = backpropInputBy(GROUPED);
