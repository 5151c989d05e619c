import {add, engine, reshape, tidy} from '@tensorflow/tfjs-core';
import type {Tensor} from '@tensorflow/tfjs-core';
import {fail, RULES} from '../errors.js';
import {ACTIVATIONS} from '../geometry/options.js';
import type {ConvOptions} from '../geometry/options.js';
import {NO_ACTIVATION} from '../registry/kernel_names.js';
import type {EpilogueAttrs, EpilogueInputs} from '../registry/kernel_names.js';
import {applyActivation} from './activation.js';
import type {ActivationStep} from './activation.js';
import {floatTensor} from './inputs.js';

/** The result that an epilogue is for. */
export interface EpilogueTarget {
  readonly shape: readonly number[];
  readonly channels: number;
  /** Counted from the last axis, which is 1. */
  readonly channelAxisFromEnd: number;
}

/** A 1-D tensor of that size counts the channels in every data format. */
const isVector = (t: Tensor, {channels}: EpilogueTarget): boolean => t.rank === 1 && t.size === channels;

/** Whether the tensor holds a value per channel and varies along no other axis. */
const isPerChannel = (t: Tensor, target: EpilogueTarget): boolean =>
  isVector(t, target) ||
  (t.size === target.channels && t.shape[t.rank - target.channelAxisFromEnd] === target.channels);

/** The tensor so that broadcasting puts a vector along the channels. */
const aligned = (t: Tensor, target: EpilogueTarget): Tensor =>
  !isVector(t, target) ? t : reshape(t, [target.channels, ...new Array(target.channelAxisFromEnd - 1).fill(1)]);

export const broadcasts = (from: readonly number[], to: readonly number[]): boolean =>
  from.length <= to.length && from.every((size, i) => size === 1 || size === to[to.length - from.length + i]);

function resolveBias(op: string, bias: unknown, target: EpilogueTarget): Tensor {
  const $bias = floatTensor(op, 'bias', bias);
  if (!isVector($bias, target)) fail(op, `${RULES.bias} = [${target.channels}]`, 'bias.shape', $bias.shape);
  return $bias;
}

function resolveSlopes(op: string, weights: unknown, target: EpilogueTarget): Tensor {
  if (weights === undefined) fail(op, RULES.preluMissing, 'preluActivationWeights', weights);
  const slopes = floatTensor(op, 'preluActivationWeights', weights);
  if (!isVector(slopes, target) && !broadcasts(slopes.shape, target.shape)) {
    fail(op, RULES.preluShape, '[preluActivationWeights.shape, output.shape]', [slopes.shape, target.shape]);
  }
  return slopes;
}

/**
 * The activation that options ask for.
 * @throws where an option breaks a rule of `errors.ts`.
 */
export function resolveActivation(
  op: string,
  options: Pick<ConvOptions, 'activation' | 'leakyreluAlpha' | 'preluActivationWeights'>,
  target: EpilogueTarget,
): ActivationStep {
  const {activation = 'linear', leakyreluAlpha = 0.2, preluActivationWeights} = options;
  if (!ACTIVATIONS.includes(activation)) fail(op, RULES.activation(ACTIVATIONS), 'activation', activation);
  if (!Number.isFinite(leakyreluAlpha)) fail(op, RULES.alpha, 'leakyreluAlpha', leakyreluAlpha);
  return activation === 'prelu'
    ? {activation, slopes: resolveSlopes(op, preluActivationWeights, target)}
    : {activation, leakyreluAlpha};
}

/** Runs a kernel with the part of the epilogue that it is given. */
export type RunWithEpilogue = (inputs: EpilogueInputs, attrs: EpilogueAttrs) => Tensor;

/**
 * Runs a kernel with bias and activation, in the kernel where it can. They are steps of their own where they vary along
 * other axes than the channels, and the activation also where a gradient is recorded: its derivative needs what goes
 * into it.
 */
export function runEpilogue(
  bias: Tensor | undefined,
  how: ActivationStep,
  target: EpilogueTarget,
  run: RunWithEpilogue,
): Tensor {
  if (bias !== undefined && !isPerChannel(bias, target)) {
    return tidy(() => applyStep(add(run({}, NO_ACTIVATION), aligned(bias, target)), how, target));
  }
  const recorded = engine().state.gradientDepth > 0 && how.activation !== 'linear';
  const spatial = how.activation === 'prelu' && how.slopes.size !== 1 && !isPerChannel(how.slopes, target);
  if (recorded || spatial) return tidy(() => applyStep(run({bias}, NO_ACTIVATION), how, target));
  return how.activation === 'prelu'
    ? run({bias, preluActivationWeights: how.slopes}, {activation: 'prelu', leakyreluAlpha: 0})
    : run({bias}, how);
}

/** Applies an activation to a result that is there. */
export const applyStep = (y: Tensor, how: ActivationStep, target: EpilogueTarget): Tensor =>
  applyActivation(y, how.activation === 'prelu' ? {...how, slopes: aligned(how.slopes, target)} : how);

/**
 * Checks bias and activation among the options and runs a kernel with them.
 * @throws where an option breaks a rule of `errors.ts`.
 */
export function withEpilogue(op: string, options: ConvOptions, target: EpilogueTarget, run: RunWithEpilogue): Tensor {
  const bias = options.bias === undefined ? undefined : resolveBias(op, options.bias, target);
  return runEpilogue(bias, resolveActivation(op, options, target), target, run);
}
