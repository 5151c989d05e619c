import {product, spatialSizes} from '../../../src/geometry/conv.js';
import type {ConvGeometry} from '../../../src/geometry/conv.js';
import {perGeometry} from '../../../src/geometry/geometry_cache.js';
import {pixelsOf, xLayout, yLayout} from '../../../src/geometry/image_layout.js';
import type {AxisTaps} from '../../../src/geometry/taps.js';
import {allocate, floatsAt} from '../call.js';
import {F32, NO_EPILOGUE, tapCount} from '../plan/conv_plan.js';
import type {Image} from '../plan/conv_plan.js';
import {backwardDirections, forwardDirection, tapStep} from '../plan/direction.js';
import type {Direction} from '../plan/direction.js';
import {GEMM} from '../plan/dispatch.js';
import {planWords, writeOnePlan} from '../plan/encoding.js';
import {finishInputGradient} from './input_gradient.js';
import {computeOnePlan} from './one_plan.js';
import type {OnePlan} from './one_plan.js';
import {addForm, writeTaps} from './packed_filter.js';
import type {Call, Filter, ImageKernel} from '../types.js';

/*
 * The input gradient as one matrix product: [pixels of dy, outChannels] by [outChannels, taps * inChannels], the rows of
 * which are added to dx tap by tap (col2im). It multiplies nothing by padding, which phases do where dy is smaller than
 * the reach of their taps: for a single pixel of dy, all but one tap of each result.
 */

/** An axis that is read as it is. */
const whole = (count: number): AxisTaps => ({
  start: 0,
  step: 1,
  count,
  sourceSize: count,
  sourceStep: 1,
  kernel: [0],
  source: [0],
});

/** Panels of the filter, whose columns are taps, then channels of dx. */
function packColumns(call: Call, g: ConvGeometry, {taps}: Direction, filter: Filter, form: string): number {
  const {run} = call.core;
  const columns = taps.length * g.inChannels;
  return addForm(call, filter, form, run.gemmFilterBytes(g.outChannels, columns), (packing, to, from) => {
    const step = tapStep(g);
    const floats = step / F32;
    const used = allocate(packing, taps.length * step);
    const list = writeTaps(packing, [0]);
    const values = floatsAt(packing, used, taps.length * floats);
    const all = floatsAt(packing, from, product(spatialSizes(g, 'kernel')) * floats);
    taps.forEach((tap, n) => values.set(all.subarray(tap * floats, (tap + 1) * floats), n * floats));
    run.packPanels(to, used, list, 1, g.outChannels, columns, 0, F32, g.outChannels * F32);
  });
}

/** The product: a convolution of one tap. */
const productOf = perGeometry((g): OnePlan => {
  const forward = forwardDirection(g);
  const pixels = pixelsOf(yLayout(g));
  const columns = forward.taps.length * g.inChannels;
  const imageOf = (channels: number): Image => {
    const pixel = channels * F32;
    return {batch: pixels * pixel, spatial: [pixels * pixel, pixels * pixel, pixel]};
  };
  const form = `col2im ${g.inChannels} ${g.outChannels} ${forward.taps.join()}`;
  return {
    words: planWords({
      plan: [whole(1), whole(1), whole(pixels)],
      batch: 1,
      groups: 1,
      groupInChannels: g.outChannels,
      groupOutChannels: columns,
      source: imageOf(g.outChannels),
      result: imageOf(columns),
    }),
    kernel: GEMM,
    form,
    pack: (call, filter) => packColumns(call, g, forward, filter, form),
    hasTables: false,
  };
});

/** No scratch memory. */
const ADD_TAPS = {scratchBytes: () => 0};

/** dx of conv(x, filter) at dy, by one product. */
export const col2imBackpropInput: ImageKernel = (call, g, {source, filter, result, epilogue}) => {
  const {taps, words} = forwardDirection(g);
  const rows = allocate(call, pixelsOf(yLayout(g)) * taps.length * g.inChannels * F32);
  computeOnePlan(call, productOf(g), {source, result: rows, filter, epilogue: NO_EPILOGUE});
  const operands = {source: result, result: 0, filter: rows, epilogue: NO_EPILOGUE};
  call.core.run.addTaps(writeOnePlan(call, words, operands, ADD_TAPS));
  finishInputGradient(call, g, result, pixelsOf(xLayout(g)), epilogue);
};

/** What a float of a row costs to write and to add, and what a phase costs at all, in multiplications. */
const [PER_FLOAT, PER_PHASE] = [8, 10_000];
/** Bytes of the rows at most: scratch memory is bounded. */
const MOST_BYTES = 32 * 2 ** 20;

/** Whether one product costs less than the phases of dx. `npm run bench:sweep -- --ops 'transposed,transposed lines'` */
export const col2imPays = perGeometry((g): boolean => {
  const taps = tapCount(forwardDirection(g).plan);
  const floats = pixelsOf(yLayout(g)) * taps * g.inChannels;
  if (g.groups > 1 || taps < 2 || floats * F32 > MOST_BYTES) return false;
  const phases = backwardDirections(g);
  const multiplied = phases.reduce((sum, {words}) => sum + words.multiplications, 0);
  return floats * (g.outChannels + PER_FLOAT) + 2 * PER_PHASE < multiplied + phases.length * PER_PHASE;
});

/** Whether one product computes the input gradient. */
export const canCol2im = (g: ConvGeometry): boolean => g.groups === 1 && forwardDirection(g).taps.length > 0;
