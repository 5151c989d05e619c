import {engine, Tensor} from '@tensorflow/tfjs-core';
import type {TensorInfo} from '@tensorflow/tfjs-core';
import {yShape} from '../geometry/conv.js';
import {perGeometry} from '../geometry/geometry_cache.js';
import {NO_ACTIVATION} from './kernel_names.js';
import type {KernelAttrs} from './kernel_names.js';
import {takesEverything} from './kernel_table.js';
import type {KernelArgs, KernelTable, Variants} from './kernel_table.js';
import {selectVariant} from './select.js';
import {noteVariant} from './variants_run.js';

/*
 * The kernels of two convolutions, the same for every backend: ConvND twice. Kernels that kept the middle result in the
 * cache were not faster than two calls.
 */

export type TwoStageKernel = 'SpatiallySeparableConv2D' | 'DepthwiseSeparableConv2D';

const firstAttrs = perGeometry((geometry): KernelAttrs<'ConvND'> => ({
  geometry,
  outputShape: yShape(geometry),
  ...NO_ACTIVATION,
}));

/** The two kernels of a backend, from its variants of ConvND; the flag TFJS_CONV_VARIANT forces those. */
export function twoStageKernels(convND: Variants<'ConvND'>): Pick<KernelTable, TwoStageKernel> {
  function compute(first: Tensor, second: Tensor, {inputs, attrs, backend}: KernelArgs<TwoStageKernel>): TensorInfo {
    const {outputShape, activation, leakyreluAlpha} = attrs;
    const {bias, preluActivationWeights} = inputs;
    function run(args: Omit<KernelArgs<'ConvND'>, 'backend'>): TensorInfo {
      const variant = selectVariant(convND, args.attrs);
      noteVariant(variant.name);
      return variant.run({...args, backend});
    }
    const made = run({inputs: {x: inputs.x, filter: first}, attrs: firstAttrs(attrs.first)});
    const middle = made instanceof Tensor ? made : engine().makeTensorFromTensorInfo(made, backend);
    try {
      return run({
        inputs: {x: middle, filter: second, bias, preluActivationWeights},
        attrs: {geometry: attrs.second, outputShape, activation, leakyreluAlpha},
      });
    } finally {
      middle.dispose();
    }
  }
  return {
    SpatiallySeparableConv2D: [
      {
        name: 'two_calls',
        when: takesEverything,
        run: args => compute(args.inputs.columnFilter, args.inputs.rowFilter, args),
      },
    ],
    DepthwiseSeparableConv2D: [
      {
        name: 'two_calls',
        when: takesEverything,
        run: args => compute(args.inputs.depthwiseFilter, args.inputs.pointwiseFilter, args),
      },
    ],
  };
}
