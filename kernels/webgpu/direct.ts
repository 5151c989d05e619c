import type {TensorInfo} from '@tensorflow/tfjs-core';
import {product, spatialSizes} from '../../src/geometry/conv.js';
import type {ConvGeometry} from '../../src/geometry/conv.js';
import {pixelsOf, xLayout, yLayout} from '../../src/geometry/image_layout.js';
import type {ImageLayout} from '../../src/geometry/image_layout.js';
import type {PlannedConv} from '../gpu/planned_conv.js';
import type {Device} from './device/device.js';
import {dispatch} from './device/dispatch.js';
import {sliceUniforms, slicesWithin} from './filter_gradient.js';
import {elementSteps} from './texels/channels.js';
import {readEpilogue} from './texels/epilogue.js';
import {inputBinding, tensorBinding, withOutput} from './texels/tensors.js';
import {directGradientProgram, directProgram} from './wgsl/direct.js';
import {isPhased, planUniforms} from './taps.js';
import {addSlicesProgram} from './wgsl/filter_gradient.js';

/*
 * The variants `direct`, which lay nothing out: they compute whatever TensorFlow.js can bind where the device has no room
 * for operands as texels, which are up to four times as large as tensors.
 */

/** The steps of a tensor, by the names of their uniforms. */
function sourceSteps(image: ImageLayout) {
  const {imageStep, pixelStep, channelStep} = elementSteps(image);
  return {sourceImage: imageStep, sourcePixel: pixelStep, sourceChannel: channelStep};
}

/** The result of a convolution or input gradient. */
export const computeDirect = ({device, plan, source, filter, epilogue, outputShape}: PlannedConv<Device>): TensorInfo =>
  withOutput(device, [source, filter], outputShape, (output, scratch) => {
    const {backward, groups, geometry: g} = plan;
    const {kind, tensors, resources, uniforms} = readEpilogue(scratch, epilogue);
    dispatch(device, {
      program: directProgram({phased: isPhased(plan), channelsLast: plan.result.channelsLast, epilogue: kind}),
      resources: [
        inputBinding(scratch, source),
        inputBinding(scratch, filter),
        ...resources,
        tensorBinding(device, output),
      ],
      tensors: [source, filter, ...tensors, output],
      uniforms: {
        ...planUniforms(plan),
        ...uniforms,
        ...sourceSteps(plan.source),
        pixels: product(plan.result.spatial),
        channels: plan.result.channels,
        sourcePerGroup: plan.source.channels / groups,
        resultPerGroup: plan.result.channels / groups,
        resultSize: plan.result.spatial,
        resultStep: plan.resultStep,
        tapStride: (g.inChannels / groups) * g.outChannels,
        groupStride: g.outChannels / groups,
        sourceStride: backward ? 1 : g.outChannels,
        resultStride: backward ? g.outChannels : 1,
      },
      count: pixelsOf(plan.result) * plan.result.channels,
    });
  });

/** dfilter. */
export function computeDirectGradient(
  device: Device,
  g: ConvGeometry,
  {x, dy}: {readonly x: TensorInfo; readonly dy: TensorInfo},
  outputShape: number[],
): TensorInfo {
  const {groups} = g;
  const [rows, outPerGroup] = [g.inChannels / groups, g.outChannels / groups];
  const outBlocks = Math.ceil(outPerGroup / 4);
  const sliceLength = product(spatialSizes(g, 'kernel')) * groups * rows * outBlocks;
  const slices = slicesWithin(device, yLayout(g), sliceLength, sliceLength);
  const count = slices.lines * slices.columns;
  const sliced = count > 1;
  const {imageStep, pixelStep, channelStep} = elementSteps(yLayout(g));
  return withOutput(device, [x, dy], outputShape, (output, scratch) => {
    const sums = sliced ? scratch.texels('texels', count * sliceLength).binding : tensorBinding(device, output);
    dispatch(device, {
      program: directGradientProgram({sliced}),
      resources: [inputBinding(scratch, x), inputBinding(scratch, dy), sums],
      tensors: [x, dy, output],
      uniforms: {
        ...sourceSteps(xLayout(g)),
        dyImage: imageStep,
        dyPixel: pixelStep,
        dyChannel: channelStep,
        ...sliceUniforms(g, slices),
        groups,
        rows,
        outBlocks,
        outPerGroup,
      },
      count: count * sliceLength,
    });
    if (!sliced) return;
    dispatch(device, {
      program: addSlicesProgram(undefined),
      resources: [sums, tensorBinding(device, output)],
      tensors: [output],
      uniforms: {slices: count, sliceLength, groups, rows, paddedRows: rows, outBlocks, outPerGroup},
      count: sliceLength,
    });
  });
}
