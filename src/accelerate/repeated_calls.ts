import {engine} from '@tensorflow/tfjs-core';
import type {KernelBackend, Tensor} from '@tensorflow/tfjs-core';
import {isPlain} from '../geometry/call_cache.js';
import type {ConvGeometry} from '../geometry/conv.js';
import {repeatedCall} from '../registry/register.js';
import type {RepeatedCall} from '../registry/kernel_table.js';
import type {BuiltinFusedAttrs, BuiltinInputs, ConvCall} from './builtin_call.js';

/*
 * A layer calls its kernel again and again with the same filter, bias and options, and with an x of the same shape. In its
 * first calls, which are interpreted, and wherever a layer is tiny, to check and to resolve such a call takes longer than
 * to compute it: so what was found is kept with the filter.
 */

/** A call that has run. */
interface Kept {
  readonly backend: KernelBackend;
  /** The values of the filter, which a variable may change for others. */
  readonly filterData: object;
  readonly bias: Tensor | undefined;
  readonly slopes: Tensor | undefined;
  readonly xShape: readonly number[];
  /** A copy: callers may change a list that they have passed. */
  readonly attrs: BuiltinFusedAttrs;
  readonly repeat: RepeatedCall;
}

/** Calls of a filter, one after the other, that were of one geometry and repeated none. */
interface Missed {
  readonly filterData: object;
  readonly geometry: ConvGeometry;
  count: number;
}

/**
 * Calls of which one is kept: the second, as many filters are used once, and then one of so many, as there may be a reason
 * why it is not repeated that lasts.
 */
const KEEP_EVERY = 16;

const {isArray} = Array;

/** Whether two lists, of numbers or of lists, are alike. */
function isSame(kept: unknown, given: unknown): boolean {
  if (!isArray(kept) || !isArray(given) || kept.length !== given.length) return false;
  for (let i = 0; i < kept.length; i++) if (kept[i] !== given[i] && !isSame(kept[i], given[i])) return false;
  return true;
}

const copyOf = <T>(option: T): T => (isArray(option) ? (option.map(copyOf) as T) : option);

/** Whether all options are as they were. What is kept is no list of the caller's: those that are one and the same are no lists. */
const hasAttrs = (kept: BuiltinFusedAttrs, given: BuiltinFusedAttrs): boolean =>
  kept.activation === given.activation &&
  kept.leakyreluAlpha === given.leakyreluAlpha &&
  kept.dataFormat === given.dataFormat &&
  kept.dimRoundingMode === given.dimRoundingMode &&
  (kept.strides === given.strides || isSame(kept.strides, given.strides)) &&
  (kept.pad === given.pad || isSame(kept.pad, given.pad)) &&
  (kept.dilations === given.dilations || isSame(kept.dilations, given.dilations));

export interface RepeatedCalls {
  /** Repeats a call; undefined where none is kept that it is alike. */
  readonly repeat: (
    inputs: BuiltinInputs,
    attrs: BuiltinFusedAttrs,
    backend: KernelBackend,
  ) => ReturnType<RepeatedCall>;
  /** Keeps a call that has run as this one of ConvND, where its kernel can be repeated, and calls of its filter come again. */
  readonly keep: (call: ConvCall, attrs: BuiltinFusedAttrs, backend: KernelBackend) => void;
}

/** The calls of a kernel of a backend, the last one of each filter. */
export function createRepeatedCalls(backendName: string): RepeatedCalls {
  const calls = new WeakMap<object, Kept>();
  const missed = new WeakMap<object, Missed>();

  function isToKeep({inputs: {filter}, attrs: {geometry}}: ConvCall): boolean {
    const last = missed.get(filter);
    if (last?.filterData === filter.dataId && last.geometry === geometry) return ++last.count % KEEP_EVERY === 2;
    missed.set(filter, {filterData: filter.dataId, geometry, count: 1});
    return false;
  }

  return {
    repeat({x, filter, bias, preluActivationWeights: slopes}, attrs, backend) {
      if (x == null || filter == null) return undefined;
      const kept = calls.get(filter);
      if (kept === undefined || kept.backend !== backend || kept.filterData !== filter.dataId) return undefined;
      if (kept.bias !== (bias ?? undefined) || x.dtype !== 'float32') return undefined;
      if (x.isDisposed || filter.isDisposed || kept.bias?.isDisposed === true) return undefined;
      if (kept.slopes !== undefined && (kept.slopes !== slopes || slopes.isDisposed)) return undefined;
      const {shape} = x;
      const {xShape} = kept;
      if (shape.length !== xShape.length) return undefined;
      for (let i = 0; i < xShape.length; i++) if (shape[i] !== xShape[i]) return undefined;
      if (!hasAttrs(kept.attrs, attrs)) return undefined;
      // While gradients are recorded, an activation is another kernel.
      if (attrs.activation != null && attrs.activation !== 'linear' && engine().state.gradientDepth > 0)
        return undefined;
      return kept.repeat(x, kept.bias, kept.slopes);
    },
    keep(call, attrs, backend) {
      if (!isToKeep(call)) return;
      const {inputs, attrs: convAttrs} = call;
      const {strides, pad, dilations, dataFormat, dimRoundingMode, activation, leakyreluAlpha} = attrs;
      if (![strides, pad, dilations].every(isPlain)) return;
      const repeat = repeatedCall('ConvND', backendName, {inputs, attrs: convAttrs, backend});
      if (repeat === undefined) return;
      calls.set(inputs.filter, {
        backend,
        filterData: inputs.filter.dataId,
        bias: inputs.bias,
        slopes: inputs.preluActivationWeights,
        xShape: [...inputs.x.shape],
        attrs: {
          strides: copyOf(strides),
          pad: copyOf(pad),
          dilations: copyOf(dilations),
          dataFormat,
          dimRoundingMode,
          activation,
          leakyreluAlpha,
        },
        repeat,
      });
    },
  };
}
