import {filterShape, product} from '../../../src/geometry/conv.js';
import type {ConvGeometry} from '../../../src/geometry/conv.js';
import {perGeometry} from '../../../src/geometry/geometry_cache.js';
import {pixelsOf, xLayout} from '../../../src/geometry/image_layout.js';
import {allocate, floatsAt} from '../call.js';
import {computePlan, DEPTHWISE, DEPTHWISE_GRADIENT} from '../plan/dispatch.js';
import {backwardTaps, forwardTaps} from '../plan/direction.js';
import type {DirectionTaps} from '../plan/direction.js';
import {F32, NO_EPILOGUE, xImage, yImage} from '../plan/conv_plan.js';
import type {Image} from '../plan/conv_plan.js';
import {planWords} from '../plan/encoding.js';
import type {PlanWords} from '../plan/encoding.js';
import {finishInputGradient, startInputGradient} from './input_gradient.js';
import {DEPTHWISE_CHANNELS} from '../generated/layout.js';
import {computeOnePlan} from './one_plan.js';
import type {OnePlan} from './one_plan.js';
import {addForm, writeTaps} from './packed_filter.js';
import {splitWidth, widthPhases} from './width_phases.js';
import type {WidthPhases} from './width_phases.js';
import type {Call, FilterGradientKernel, ImageKernel, ImageOperands} from '../types.js';

/*
 * Depthwise convolution, channels last. With more than one filter per channel, every channel is copied as often as it has
 * filters, and each copy has one filter.
 */

/**
 * Taps, for every pixel of the source that a result stands for, from which pixels are worth copying so that neighbouring
 * results read neighbouring ones. `npm run bench -- --parts others --only 'few channels'`
 */
const PHASES_TAPS = 32;

const multiplierOf = ({inChannels, outChannels}: ConvGeometry): number => outChannels / inChannels;

/** The geometry of the copies of the channels, one for each filter. */
const copied = perGeometry((g): ConvGeometry => ({...g, groups: g.outChannels, inChannels: g.outChannels}));

/** The words of a direction of the copies, all channels of which are one group for the core. */
function wordsOf(
  {batch, outChannels}: ConvGeometry,
  {plan, taps}: DirectionTaps,
  [source, result]: readonly [Image, Image],
): PlanWords {
  const words = planWords({
    plan,
    taps,
    batch,
    groups: 1,
    groupInChannels: outChannels,
    groupOutChannels: outChannels,
    source,
    result,
  });
  // Each channel is multiplied by its own filter only.
  return {...words, multiplications: words.multiplications / outChannels};
}

function planOf(g: ConvGeometry, direction: DirectionTaps, images: readonly [Image, Image]): OnePlan {
  const {outChannels} = g;
  const {taps} = direction;
  const form = `depthwise ${outChannels} ${taps.join()}`;
  return {
    words: wordsOf(g, direction, images),
    kernel: DEPTHWISE,
    form,
    pack: (call, filter) =>
      addForm(call, filter, form, call.core.run.depthwiseFilterBytes(taps.length, outChannels), (packing, to, from) =>
        packing.core.run.packDepthwise(to, from, writeTaps(packing, taps), taps.length, outChannels),
      ),
    hasTables: false,
  };
}

/** The plan of the copies from x to y, and the phases that it reads in place of x; null where it reads x. */
interface Forward {
  readonly plan: OnePlan;
  readonly phases: WidthPhases | null;
}

/**
 * The phases of the width where they pay. With fewer than 8 channels the core fills its vectors with neighbouring results,
 * which have to read neighbouring pixels.
 */
function phasesOf(g: ConvGeometry, taps: DirectionTaps): WidthPhases | null {
  const {outChannels} = g;
  const [depth, height, width] = taps.plan;
  const sources = depth.sourceStep * height.sourceStep * width.sourceStep;
  const isLong = taps.taps.length >= PHASES_TAPS * sources && width.count >= DEPTHWISE_CHANNELS;
  if (outChannels >= DEPTHWISE_CHANNELS || width.sourceStep === 1 || !isLong) return null;
  return widthPhases(g, outChannels, taps);
}

/** Both of them at once, as each look-up takes a part of a tiny layer's time. */
const forwardOf = perGeometry((g): Forward => {
  const taps = forwardTaps(g);
  const phases = phasesOf(g, taps);
  const source = phases === null ? xImage(copied(g)) : phases.image;
  return {plan: planOf(g, phases ?? taps, [source, yImage(g)]), phases};
});

/** The words of the filter's gradient, which reads x itself. */
const gradientWords = perGeometry(g => wordsOf(g, forwardTaps(g), [xImage(copied(g)), yImage(g)]));

const backwardPlans = perGeometry(g => backwardTaps(g).map(taps => planOf(g, taps, [yImage(g), xImage(copied(g))])));

/** x with every channel as often as it has filters. */
function expandChannels(call: Call, g: ConvGeometry, x: number): number {
  const multiplier = multiplierOf(g);
  if (multiplier === 1) return x;
  const count = pixelsOf(xLayout(g)) * g.inChannels;
  const copies = allocate(call, count * multiplier * F32);
  call.core.run.expand(copies, x, count, multiplier);
  return copies;
}

/** y = conv(x, filter) with as many groups as channels. */
export const depthwiseForward: ImageKernel = (call, g, operands) => {
  const image = expandChannels(call, g, operands.source);
  const {plan, phases} = forwardOf(g);
  computeOnePlan(call, plan, {...operands, source: phases === null ? image : splitWidth(call, phases, image)});
};

/** Its plan, where it reads x itself. */
export function depthwisePlan(g: ConvGeometry): OnePlan | null {
  const {plan, phases} = forwardOf(g);
  return phases === null && multiplierOf(g) === 1 ? plan : null;
}

/** The gradients of the copies of x, each of which has one filter. */
function backpropCopies(call: Call, g: ConvGeometry, operands: ImageOperands): void {
  startInputGradient(call, copied(g), operands);
  for (const plan of backwardPlans(g)) computeOnePlan(call, plan, operands);
}

/** dx of such a convolution at dy. */
export const depthwiseBackpropInput: ImageKernel = (call, g, operands) => {
  const multiplier = multiplierOf(g);
  if (multiplier === 1) return backpropCopies(call, g, operands);
  const pixels = pixelsOf(xLayout(g));
  const copies = allocate(call, pixels * g.outChannels * F32);
  backpropCopies(call, g, {...operands, result: copies, epilogue: NO_EPILOGUE});
  call.core.run.contract(operands.result, copies, pixels * g.inChannels, multiplier);
  finishInputGradient(call, g, operands.result, pixels, operands.epilogue);
};

/** dfilter of such a convolution at dy. */
export const depthwiseBackpropFilter: FilterGradientKernel = (call, g, {x, dy, dfilter}) => {
  floatsAt(call, dfilter, product(filterShape(g))).fill(0);
  const operands = {source: expandChannels(call, g, x), result: dy, filter: dfilter, epilogue: NO_EPILOGUE};
  computePlan(call, gradientWords(g), operands, DEPTHWISE_GRADIENT);
};
