import {filterShape, product, spatialSizes} from '../../../src/geometry/conv.js';
import type {ConvGeometry} from '../../../src/geometry/conv.js';
import {perGeometry} from '../../../src/geometry/geometry_cache.js';
import {computePlan, DEPTHWISE, DEPTHWISE_GRADIENT} from '../plan/dispatch.js';
import {startInputGradient, withTaps} from './gemm.js';
import {backwardTaps, forwardTaps} from '../plan/direction.js';
import type {DirectionTaps} from '../plan/direction.js';
import {withMemory} from '../runtime/heap.js';
import {ACTIVATION_NUMBERS, F32, NO_EPILOGUE, xImage, yImage} from '../plan/conv_plan.js';
import type {Epilogue, Image} from '../plan/conv_plan.js';
import {planWords} from '../plan/encoding.js';
import type {Operands, PlanWords} from '../plan/encoding.js';
import type {Device, Filter} from '../types.js';

/*
 * Depthwise convolution, channels last. With more than one filter per channel, every channel is written as often as it
 * has filters, and those copies have one filter each.
 */

const pixelsOf = (g: ConvGeometry, size: 'input' | 'output'): number => g.batch * product(spatialSizes(g, size));

/** The geometry of the copies of the channels, one for each filter. */
const copied = perGeometry((g): ConvGeometry => ({...g, groups: g.outChannels, inChannels: g.outChannels}));

/** A direction of the copies, all channels of which are one group for the core. */
interface DepthwiseDirection extends Pick<DirectionTaps, 'taps'> {
  readonly words: PlanWords;
  /** Name of the packed filter. */
  readonly form: string;
}

function depthwiseDirection(
  g: ConvGeometry,
  {plan, taps}: DirectionTaps,
  [source, result]: readonly [Image, Image],
): DepthwiseDirection {
  const words = planWords({
    plan,
    taps,
    batch: g.batch,
    groups: 1,
    channels: g.outChannels,
    columns: g.outChannels,
    source,
    result,
  });
  // A channel meets no other one.
  const multiplications = words.multiplications / g.outChannels;
  return {taps, words: {...words, multiplications}, form: `depthwise ${g.outChannels} ${taps.join()}`};
}

const forwardOf = perGeometry(g => depthwiseDirection(g, forwardTaps(g), [xImage(copied(g)), yImage(g)]));

const backwardOf = perGeometry(g =>
  backwardTaps(g).map(taps => depthwiseDirection(g, taps, [yImage(g), xImage(copied(g))])),
);

/** The filter packed for the taps of a direction. */
function packedFilter(device: Device, g: ConvGeometry, direction: DepthwiseDirection, filter: Filter): number {
  return device.filters.find(filter.key, direction.form) ?? packFilter(device, g, direction, filter);
}

function packFilter(
  {core, filters}: Device,
  {outChannels}: ConvGeometry,
  {taps, form}: DepthwiseDirection,
  filter: Filter,
): number {
  const bytes = Math.max(1, core.run.depthwiseFilterBytes(taps.length, outChannels));
  return filters.add(filter.key, form, bytes, to =>
    filter.withPointer(from =>
      withTaps(core, taps, list => core.run.packDepthwise(to, from, list, taps.length, outChannels)),
    ),
  );
}

/** Computes a direction of a convolution whose images have as many channels as the filter. */
function runDepthwise(
  device: Device,
  g: ConvGeometry,
  direction: DepthwiseDirection,
  filter: Filter,
  {source, result, epilogue}: Omit<Operands, 'filter'>,
): void {
  const {core} = device;
  computePlan(
    core,
    direction.words,
    {source, result, filter: packedFilter(device, g, direction, filter), epilogue},
    DEPTHWISE,
  );
}

/** Runs `use` with x, every channel as often as it has filters. */
function withCopies({core: {heap, run}}: Device, g: ConvGeometry, x: number, use: (pointer: number) => void): void {
  const multiplier = g.outChannels / g.inChannels;
  if (multiplier === 1) return use(x);
  const count = pixelsOf(g, 'input') * g.inChannels;
  withMemory(heap, count * multiplier * F32, copies => {
    run.expand(copies, x, count, multiplier);
    use(copies);
  });
}

/** y = conv(x, filter) with as many groups as channels. */
export function depthwiseForward(
  device: Device,
  g: ConvGeometry,
  x: number,
  filter: Filter,
  result: number,
  epilogue: Epilogue,
): void {
  withCopies(device, g, x, source => runDepthwise(device, g, forwardOf(g), filter, {source, result, epilogue}));
}

/** dx of such a convolution at dy. */
export function depthwiseBackpropInput(
  device: Device,
  g: ConvGeometry,
  dy: number,
  filter: Filter,
  dx: number,
  epilogue: Epilogue,
): void {
  const {heap, run} = device.core;
  const multiplier = g.outChannels / g.inChannels;
  const backward = (result: number, steps: Epilogue) => {
    startInputGradient(device, copied(g), result, steps);
    for (const direction of backwardOf(g)) {
      runDepthwise(device, g, direction, filter, {source: dy, result, epilogue: steps});
    }
  };
  if (multiplier === 1) return backward(dx, epilogue);
  const pixels = pixelsOf(g, 'input');
  withMemory(heap, pixels * g.outChannels * F32, copies => {
    backward(copies, NO_EPILOGUE);
    run.contract(dx, copies, pixels * g.inChannels, multiplier);
    const {bias, activation, slopes, slopePerChannel} = epilogue;
    run.finishRows(
      dx,
      g.inChannels * F32,
      pixels,
      g.inChannels,
      bias,
      ACTIVATION_NUMBERS[activation],
      slopes,
      slopePerChannel ? F32 : 0,
    );
  });
}

/** dfilter of such a convolution at dy. */
export function depthwiseBackpropFilter(device: Device, g: ConvGeometry, x: number, dy: number, dfilter: number): void {
  const {core} = device;
  new Float32Array(core.heap.memory.buffer, dfilter, product(filterShape(g))).fill(0);
  withCopies(device, g, x, source => {
    computePlan(
      core,
      forwardOf(g).words,
      {source, result: dy, filter: dfilter, epilogue: NO_EPILOGUE},
      DEPTHWISE_GRADIENT,
    );
  });
}
