import {engine, Tensor} from '@tensorflow/tfjs-core';
import {completeError} from '../errors.js';
import {isPlain} from '../geometry/call_cache.js';
import type {ConvOptions} from '../geometry/options.js';
import type {ConvNDCall} from '../registry/kernel_names.js';
import {repeatingAttrs} from '../registry/register.js';
import {createMissed, isLike, isSameList} from '../registry/repeats.js';
import {runKernel} from '../registry/run_kernel.js';
import {CONV_OPTIONS as OPTIONS} from './read_options.js';

/*
 * Calls of ops that are repeated (src/registry/repeats.ts): what was found of a call is kept with its filter.
 */

/** A call that has run. */
interface Kept extends ConvNDCall {
  readonly op: string;
  readonly xShape: readonly number[];
  /** The values of the filter, which a variable may change for others. */
  readonly filterData: object;
  /** The options in the order of OPTIONS; undefined for those that were left out. */
  readonly options: readonly unknown[];
}

const calls = new WeakMap<object, Kept>();
const isToKeep = createMissed();

const {getPrototypeOf} = Object;

/** Whether options are a plain object, which has no getters but its own, and are as they were. Each is read once. */
function hasOptions(options: ConvOptions, kept: readonly unknown[]): boolean {
  if (getPrototypeOf(options) !== Object.prototype) return false;
  for (let i = 0; i < kept.length; i++) {
    const value = options[OPTIONS[i]];
    if (kept[i] !== (value ?? undefined) && !isSameList(kept[i], value)) return false;
  }
  for (const name in options) if (!(OPTIONS as readonly string[]).includes(name)) return false;
  return true;
}

/** The call that this one repeats, if there is one. While gradients are recorded, an activation is another kernel. */
function findKept(op: string, x: unknown, filter: unknown, options: ConvOptions): Kept | undefined {
  const kept = calls.get(filter as object);
  if (kept === undefined || kept.op !== op) return undefined;
  try {
    if (!(x instanceof Tensor) || !isLike(x, kept.xShape) || !hasOptions(options, kept.options)) return undefined;
    const {state} = engine();
    if (state.gradientDepth > 0 || !state.tensorInfo.has(x.dataId)) return undefined;
    const {filter: weights, bias, preluActivationWeights: slopes} = kept.inputs;
    if (weights.isDisposed || weights.dataId !== kept.filterData) return undefined;
    return bias?.isDisposed === true || slopes?.isDisposed === true ? undefined : kept;
  } catch {
    // A proxy or a getter, which the call itself reports.
    return undefined;
  }
}

/** The result of a call of an op that repeats one; undefined where it does not. */
export function repeatOp(op: string, x: unknown, filter: unknown, options: ConvOptions): Tensor | undefined {
  const kept = findKept(op, x, filter, options);
  if (kept === undefined) return undefined;
  const {filter: weights, bias, preluActivationWeights} = kept.inputs;
  try {
    // findKept() has looked: x is a tensor.
    return runKernel('ConvND', {x: x as Tensor, filter: weights, bias, preluActivationWeights}, kept.attrs);
  } catch (error) {
    completeError(error, op, shapes => shapes);
    throw error;
  }
}

/**
 * Keeps a call of an op that is this call of ConvND, where it can be repeated, and calls of its filter come again.
 * `options` have been read: they are plain values, copies of lists and tensors.
 */
export function keepOp(op: string, x: unknown, filter: unknown, options: ConvOptions, call: ConvNDCall): void {
  const {inputs, attrs} = call;
  if (inputs.x !== x || inputs.filter !== filter || engine().state.gradientDepth > 0) return;
  if (options.bias !== inputs.bias || options.preluActivationWeights !== inputs.preluActivationWeights) return;
  if (!isToKeep(inputs.filter, inputs.filter.dataId, attrs.geometry)) return;
  const values = OPTIONS.map(name => options[name]);
  const isKnown = (value: unknown): boolean =>
    isPlain(value) || value === inputs.bias || value === inputs.preluActivationWeights;
  const repeating = values.every(isKnown) ? repeatingAttrs(call) : undefined;
  if (repeating === undefined) return;
  calls.set(inputs.filter, {
    op,
    xShape: [...inputs.x.shape],
    filterData: inputs.filter.dataId,
    options: values,
    inputs,
    attrs: repeating,
  });
}
