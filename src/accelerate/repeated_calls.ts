import {engine} from '@tensorflow/tfjs-core';
import type {KernelBackend, Tensor} from '@tensorflow/tfjs-core';
import {isPlain} from '../geometry/call_cache.js';
import {repeatedCall} from '../registry/register.js';
import type {ConvNDCall, RepeatedCall} from '../registry/kernel_names.js';
import {createMissed, isLike, isSameList, keptOption} from '../registry/repeats.js';
import type {BuiltinFusedAttrs, BuiltinInputs} from './builtin_call.js';

/*
 * Calls of built-in kernels that are repeated (src/registry/repeats.ts): what was found of a call is kept with its filter.
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

export interface RepeatedCalls {
  /** Repeats a call; undefined where none is kept that it is alike. */
  readonly repeat: (
    inputs: BuiltinInputs,
    attrs: BuiltinFusedAttrs,
    backend: KernelBackend,
  ) => ReturnType<RepeatedCall>;
  /** Keeps a call that has run as this one of ConvND, where its kernel can be repeated, and calls of its filter come again. */
  readonly keep: (call: ConvNDCall, attrs: BuiltinFusedAttrs, backend: KernelBackend) => void;
}

/** The calls of a kernel of a backend, the last one of each filter. */
export function createRepeatedCalls(backendName: string): RepeatedCalls {
  const calls = new WeakMap<object, Kept>();
  const isToKeep = createMissed();
  return {
    repeat({x, filter, bias, preluActivationWeights: slopes}, attrs, backend) {
      if (x == null || filter == null) return undefined;
      const kept = calls.get(filter);
      if (kept === undefined || kept.backend !== backend || kept.filterData !== filter.dataId) return undefined;
      if (filter.isDisposed || kept.bias !== (bias ?? undefined) || kept.bias?.isDisposed === true) return undefined;
      if (kept.slopes !== undefined && (kept.slopes !== slopes || slopes.isDisposed)) return undefined;
      if (!isLike(x, kept.xShape)) return undefined;
      const {strides, pad, dilations, dataFormat, dimRoundingMode, activation, leakyreluAlpha} = attrs;
      const before = kept.attrs;
      if (before.activation !== activation || before.leakyreluAlpha !== leakyreluAlpha) return undefined;
      if (before.dataFormat !== dataFormat || before.dimRoundingMode !== dimRoundingMode) return undefined;
      if (before.strides !== strides && !isSameList(before.strides, strides)) return undefined;
      if (before.pad !== pad && !isSameList(before.pad, pad)) return undefined;
      if (before.dilations !== dilations && !isSameList(before.dilations, dilations)) return undefined;
      // While gradients are recorded, an activation is another kernel.
      if (activation != null && activation !== 'linear' && engine().state.gradientDepth > 0) return undefined;
      return kept.repeat(x, kept.bias, kept.slopes);
    },
    keep(call, attrs, backend) {
      const {inputs, attrs: convAttrs} = call;
      if (!isToKeep(inputs.filter, inputs.filter.dataId, convAttrs.geometry)) return;
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
          strides: keptOption(strides),
          pad: keptOption(pad),
          dilations: keptOption(dilations),
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
