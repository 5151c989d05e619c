import type {TensorInfo} from '@tensorflow/tfjs-core';
import {matrixShape, product, spatialSizes} from '../../src/geometry/conv.js';
import type {ConvGeometry} from '../../src/geometry/conv.js';
import {axisUniforms} from '../gpu/uniforms.js';
import type {Device} from './device/device.js';
import {dispatch} from './device/dispatch.js';
import {inputBinding, tensorBinding, withOutput} from './texels/tensors.js';
import {matrixProgram} from './wgsl/matrix.js';

/** The explicit matrix of a convolution, with the shape that is asked for. */
export const makeMatrix = (device: Device, g: ConvGeometry, filter: TensorInfo, shape: number[]): TensorInfo =>
  withOutput(device, [filter], shape, (output, scratch) =>
    dispatch(device, {
      program: matrixProgram(undefined),
      resources: [inputBinding(scratch, filter), tensorBinding(device, output)],
      tensors: [filter, output],
      uniforms: {
        columns: matrixShape(g)[1],
        inChannels: g.inChannels,
        outChannels: g.outChannels,
        inPerGroup: g.inChannels / g.groups,
        outPerGroup: g.outChannels / g.groups,
        sourceSize: spatialSizes(g, 'input'),
        grid: spatialSizes(g, 'output'),
        ...axisUniforms(g),
      },
      count: product(matrixShape(g)),
    }),
  );
