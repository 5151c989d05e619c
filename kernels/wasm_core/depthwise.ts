import {filterShape, product, spatialSizes} from '../../src/geometry/conv.js';
import type {ConvGeometry} from '../../src/geometry/conv.js';
import {backwardPlans, filterTaps, forwardPlan} from '../../src/geometry/taps.js';
import type {TapPlan} from '../../src/geometry/taps.js';
import {startInputGradient, withPlan} from './conv_nd.js';
import type {Device, Filter} from './conv_nd.js';
import {withMemory} from './memory.js';
import {ACTIVATION_NUMBERS, ascending, F32, NO_EPILOGUE, xImage, yImage} from './plan.js';
import type {ConvPlan, Epilogue, Image} from './plan.js';

/*
 * Depthwise convolution, channels last. With more than one filter per channel, every channel is written as often as it
 * has filters, and those copies have one filter each.
 */

const pixelsOf = (g: ConvGeometry, size: 'input'|'output'): number => g.batch * product(spatialSizes(g, size));

/** The filter packed for the taps of a plan. */
function packedFilter({core: {heap, run}, filters}: Device, g: ConvGeometry, plan: TapPlan, filter: Filter): number {
  const taps = filterTaps(plan, g);
  const bytes = Math.max(1, run.depthwiseFilterBytes(taps.length, g.outChannels));
  return filters.get(filter.key, `depthwise ${taps.join()}`, bytes, to => filter.withPointer(
      from => withMemory(heap, taps.length * 4, list => {
        new Int32Array(heap.memory.buffer, list, taps.length).set(taps);
        run.packDepthwise(to, from, list, taps.length, g.outChannels);
      })));
}

/** Computes a plan of a convolution whose images have as many channels as the filter. */
function runDepthwise(
    device: Device, g: ConvGeometry, plan: TapPlan, source: Image, filter: Filter, result: Image,
    epilogue: Epilogue): void {
  const {core} = device;
  const conv: ConvPlan = {
    plan, batch: g.batch, groups: 1, channels: g.outChannels, columns: g.outChannels, source, result,
    filter: packedFilter(device, g, plan, filter), epilogue,
  };
  withPlan(core, conv, core.run.depthwiseScratchBytes, pointer =>
      core.run.depthwise(pointer, 0, core.run.depthwiseLines(pointer)));
}

/** The geometry of the copies of the channels, one for each filter. */
const copied = (g: ConvGeometry): ConvGeometry => ({...g, groups: g.outChannels, inChannels: g.outChannels});

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
    device: Device, g: ConvGeometry, x: number, filter: Filter, y: number, epilogue: Epilogue): void {
  withCopies(device, g, x, source => runDepthwise(
      device, g, ascending(forwardPlan(g)), xImage(source, copied(g)), filter, yImage(y, g), epilogue));
}

/** dx of such a convolution at dy. */
export function depthwiseBackpropInput(
    device: Device, g: ConvGeometry, dy: number, filter: Filter, dx: number, epilogue: Epilogue): void {
  const {heap, run} = device.core;
  const multiplier = g.outChannels / g.inChannels;
  const plans = backwardPlans(g);
  const backward = (result: number, steps: Epilogue) => {
    startInputGradient(device, copied(g), plans, result, steps);
    for (const plan of plans) {
      runDepthwise(device, g, ascending(plan), yImage(dy, g), filter, xImage(result, copied(g)), steps);
    }
  };
  if (multiplier === 1) return backward(dx, epilogue);
  const pixels = pixelsOf(g, 'input');
  withMemory(heap, pixels * g.outChannels * F32, copies => {
    backward(copies, NO_EPILOGUE);
    run.contract(dx, copies, pixels * g.inChannels, multiplier);
    const {bias, activation, slopes, slopePerChannel} = epilogue;
    run.finishRows(
        dx, g.inChannels * F32, pixels, g.inChannels, bias, ACTIVATION_NUMBERS[activation], slopes,
        slopePerChannel ? F32 : 0);
  });
}

/** dfilter of such a convolution at dy. */
export function depthwiseBackpropFilter(device: Device, g: ConvGeometry, x: number, dy: number, dfilter: number): void {
  const {core, core: {heap, run}} = device;
  new Float32Array(heap.memory.buffer, dfilter, product(filterShape(g))).fill(0);
  const plan = ascending(forwardPlan(g));
  const taps = filterTaps(plan, g);
  withCopies(device, g, x, source => {
    const conv: ConvPlan = {
      plan, batch: g.batch, groups: 1, channels: g.outChannels, columns: g.outChannels, filter: dfilter,
      source: xImage(source, copied(g)), result: yImage(dy, g), epilogue: NO_EPILOGUE,
    };
    withPlan(core, conv, () => 0, pointer => withMemory(heap, taps.length * 4, list => {
      new Int32Array(heap.memory.buffer, list, taps.length).set(taps);
      run.depthwiseBackpropFilter(pointer, list);
    }));
  });
}
