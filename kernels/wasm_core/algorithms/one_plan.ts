import type {ConvGeometry} from '../../../src/geometry/conv.js';
import {computePlan} from '../plan/dispatch.js';
import type {BlockKernel} from '../plan/dispatch.js';
import type {PlanWords} from '../plan/encoding.js';
import {startInputGradient} from './input_gradient.js';
import type {Call, Filter, ImageKernel, ImageOperands} from '../types.js';

/** A convolution, channels last, that one plan computes out of its source as it is. */
export interface OnePlan {
  readonly words: PlanWords;
  readonly kernel: BlockKernel;
  /** Name of the packed filter. */
  readonly form: string;
  /** Packs a filter which has no such form yet; returns the form's address. */
  readonly pack: (call: Call, filter: Filter) => number;
  /** Whether the packed filter begins with tables that the kernel reads. */
  readonly hasTables: boolean;
}

export function computeOnePlan(
  call: Call,
  {words, kernel, form, pack, hasTables}: OnePlan,
  {source, filter, result, epilogue}: ImageOperands,
): void {
  const packed = call.filters.find(filter.key, form) ?? pack(call, filter);
  computePlan(call, words, {source, result, filter: packed, epilogue, tables: hasTables ? packed : 0}, kernel);
}

/** Computes the plan of a geometry. */
export const byPlan =
  (planOf: (g: ConvGeometry) => OnePlan): ImageKernel =>
  (call, g, operands) =>
    computeOnePlan(call, planOf(g), operands);

/** Computes dx by its phases, each of which is a convolution of dy. */
export const byPhases =
  (plansOf: (g: ConvGeometry) => readonly OnePlan[]): ImageKernel =>
  (call, g, operands) => {
    startInputGradient(call, g, operands);
    for (const plan of plansOf(g)) computeOnePlan(call, plan, operands);
  };
