import {product, spatialSizes, xShape} from '../../../src/geometry/conv.js';
import type {ConvGeometry} from '../../../src/geometry/conv.js';
import {perGeometry} from '../../../src/geometry/geometry_cache.js';
import {backwardTapPlans} from '../../../src/geometry/taps.js';
import {floatsAt} from '../call.js';
import {ACTIVATION_NUMBERS, F32} from '../plan/conv_plan.js';
import type {Epilogue} from '../plan/conv_plan.js';
import type {Call} from '../types.js';

/** Adds the bias to `pixels` pixels of dx and applies the activation, in place. */
export function finishInputGradient(
  {core: {run}}: Call,
  {inChannels}: ConvGeometry,
  dx: number,
  pixels: number,
  {bias, activation, slopes, slopePerChannel}: Epilogue,
): void {
  const slopeStep = slopePerChannel ? F32 : 0;
  run.finishRows(dx, inChannels * F32, pixels, inChannels, bias, ACTIVATION_NUMBERS[activation], slopes, slopeStep);
}

/** Whether every element of dx belongs to a phase. */
const isCovered = perGeometry(g => {
  const covered = backwardTapPlans(g).reduce((sum, plan) => sum + product(plan.map(({count}) => count)), 0);
  return covered === product(spatialSizes(g, 'input'));
});

/**
 * Where there are elements of dx that no phase covers: writes to all of dx what these get, which is the epilogue of 0.
 * Phases write over it.
 */
export function startInputGradient(
  call: Call,
  g: ConvGeometry,
  {result, epilogue}: {readonly result: number; readonly epilogue: Epilogue},
): void {
  if (isCovered(g)) return;
  floatsAt(call, result, product(xShape(g))).fill(0);
  finishInputGradient(call, g, result, g.batch * product(spatialSizes(g, 'input')), epilogue);
}
