import {backend, findBackendFactory, getBackend} from '@tensorflow/tfjs-core';
import type {KernelBackend, KernelConfig} from '@tensorflow/tfjs-core';
import {portableTable} from '../kernels/portable/kernel_table.js';
import {BUILTIN_KERNELS} from './accelerate/builtin_kernels.js';
import type {BuiltinFusedAttrs, BuiltinInputs, BuiltinKernel} from './accelerate/builtin_call.js';
import {holdGradients} from './accelerate/gradients.js';
import {createRepeatedCalls} from './accelerate/repeated_calls.js';
import {isReplaced, replaceKernel} from './accelerate/stand_in.js';
import {completeError, fail, RULES} from './errors.js';
import {registerTable} from './registry/register.js';
import {ensureKernels, PORTABLE, runKernelOn} from './registry/run_kernel.js';
import {withStandIns} from './registry/stand_ins.js';

registerTable(PORTABLE, portableTable);

/**
 * The current backend, whose initialization may still be under way. There is none until TensorFlow.js is told or asked
 * for it for the first time, and then chooses it.
 */
function currentBackend(): string {
  // TensorFlow.js' types know no time before the first backend.
  const chosen: string | null | undefined = getBackend();
  if (chosen != null) return chosen;
  backend();
  return getBackend();
}

/** The backends whose built-in convolutions give y the dtype of x. */
const KEEPS_DTYPE: readonly string[] = ['cpu'];

function kernelOnOurs(kernelName: string, backendName: string, {oneCall, compute}: BuiltinKernel): KernelConfig {
  const keepsDtype = KEEPS_DTYPE.includes(backendName);
  const calls = createRepeatedCalls(backendName);
  return {
    kernelName,
    backendName,
    kernelFunc: args => {
      // The registration boundary: what the built-in kernel of this name is called with.
      const inputs = args.inputs as unknown as BuiltinInputs;
      const attrs = (args.attrs ?? {}) as unknown as BuiltinFusedAttrs;
      const backend = args.backend as KernelBackend;
      try {
        const repeated = calls.repeat(inputs, attrs, backend);
        if (repeated !== undefined) return repeated;
        const run = runKernelOn(backendName, backend);
        const call = oneCall(inputs, attrs);
        if (call === undefined) return compute(run, inputs, attrs, keepsDtype);
        const y = run('ConvND', call.inputs, call.attrs);
        calls.keep(call, attrs, backend);
        return y;
      } catch (error) {
        completeError(error, kernelName, shapes => shapes);
        throw error;
      }
    },
  };
}

/**
 * Makes TensorFlow.js' own convolution ops, layers and models run on the kernels of this package, unchanged. These
 * kernels of the backend are replaced, or added where the backend lacks them:
 *
 * - Conv2D, Conv3D, DepthwiseConv2dNative, FusedConv2D, FusedDepthwiseConv2D
 * - Conv2DBackpropInput and Conv3DBackpropInputV2, which are also conv2dTranspose and conv3dTranspose, and
 *   DepthwiseConv2dNativeBackpropInput
 * - Conv2DBackpropFilter, Conv3DBackpropFilterV2, DepthwiseConv2dNativeBackpropFilter
 * - on 'wasm' also what takes long around convolutions there: Identity, which copies values that others share,
 *   FusedBatchNorm, Maximum, Minimum, LeakyRelu, Tanh, Mean, Concat, Pack, Unpack, Slice, StridedSlice, SplitV, PadV2,
 *   Tile, SpaceToBatchND, BatchToSpaceND, DepthToSpace, ResizeNearestNeighbor; and MaxPoolGrad, which is wrong
 *   there for windows without positive elements. Calls that ours do not take, as those of other dtypes, run on the
 *   built-in kernel
 *
 * The backend may be set up, made anew or removed before, between and after accelerate and restore. A second call for
 * the same backend changes nothing, and what it returns does nothing.
 *
 * TensorFlow.js has one gradient of a kernel for all backends. Where the kernels of the current backend are ours, these
 * have gradients of ours, of any order, also where TensorFlow.js refuses them (dilations; fused ops in NCHW or with an x
 * without a batch), has none (conv3dTranspose, and whatever is differentiated twice) or gets them wrong (depthwise in
 * NCHW, other `dimRoundingMode`s): all kernels above, the fused ops, and, where a gradient is differentiated in its turn,
 * the activations of fused ops (Relu6, Elu, Sigmoid, LeakyRelu, Prelu). `tf.fused.conv2d` itself refuses NCHW with an
 * activation while gradients are recorded.
 *
 * Results are those of the built-in kernels up to rounding, but for these:
 *
 * - A numeric `pad` counts for each axis with the sizes of that axis (TensorFlow.js 4.22 takes those of the height for
 *   the width too), 3-D 'same' never pads by less than nothing, and depthwise convolutions know NCHW.
 * - Conv2D, Conv3D and their gradients also take a filter that is less deep than x, as a grouped convolution.
 * - Padding is absence: a NaN or infinity in x stays in its receptive field.
 *
 * Tensors of int32 and bool are computed in float32, where integers beyond 2^24 are rounded. The result is float32, but
 * on 'cpu' a convolution has the dtype of x, as TensorFlow.js has it: sums are cut off to integers, and those of bool
 * kept in 8 bits. Fused kernels take x and filter of float32 only, as the ops do.
 *
 * The replaced kernels check what they are called with, and throw `<kernel>: <rule>; got <name>=<value>` before anything
 * is computed: tensors that are missing, disposed, complex64 or string; ranks and channels that do not go together;
 * `strides` and `dilations` that are no integers from 1; a `pad` that is not 'valid', 'same', an integer from 0 or pairs
 * of them; unknown `dataFormat`, `dimRoundingMode` or `activation`; output sizes below 1; an `inputShape` (the
 * outputShape of a transposed convolution) or `filterShape` that needs more of dy than there is, or of other batches and
 * channels; bias and slopes that do not broadcast to the output. x and filters without channels are no such error: their
 * sum is 0. Nor is a dy that is larger along a spatial axis: as in TensorFlow.js, what it has there at the end does not
 * count, unless the convolution of a numeric `pad`, rounded up, has such a result; then it counts, and TensorFlow.js
 * drops it.
 *
 * @param backendName Default: the current backend.
 * @returns `restore()`, which puts back what was there, but for what somebody else has replaced since.
 * @throws `accelerate: <rule>; got backendName=<value>` if no such backend is registered.
 * @example
 * ```ts
 * const restore = accelerate('cpu');
 * const y = tf.conv2d(tf.ones([1, 8, 8, 3]), tf.ones([3, 3, 3, 4]), 1, 'same');
 * console.log(y.shape); // [1,8,8,4]
 * restore();
 * ```
 */
export function accelerate(backendName: string = currentBackend()): () => void {
  if (findBackendFactory(backendName) == null) fail('accelerate', RULES.backend, 'backendName', backendName);
  ensureKernels(backendName);
  const missing = (kernelName: string): boolean => !isReplaced(kernelName, backendName);
  const convolutions = Object.entries(BUILTIN_KERNELS)
    .filter(([name]) => missing(name))
    .flatMap(([name, builtin]) => [replaceKernel(kernelOnOurs(name, backendName, builtin)), ...holdGradients(name)]);
  const others = withStandIns(backendName)
    .filter(({kernelName}) => missing(kernelName))
    .map(replaceKernel);
  const restores = [...convolutions, ...others];
  return () => restores.forEach(restore => restore());
}
