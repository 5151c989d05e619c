import type {TensorInfo} from '@tensorflow/tfjs-core';
import {matrixShape, spatialSizes} from '../../src/geometry/conv.js';
import type {ConvGeometry} from '../../src/geometry/conv.js';
import type {Device} from './gl/device.js';
import {draw} from './gl/program.js';
import {matrixSource} from './glsl/matrix.js';
import {axisUniforms} from '../gpu/uniforms.js';
import {withOutput} from './textures/output.js';
import {readTensor} from './textures/tensors.js';

/** The explicit matrix of a convolution, with the shape that is asked for. */
export function makeMatrix(device: Device, g: ConvGeometry, filter: TensorInfo, shape: number[]): TensorInfo {
  const read = readTensor(device, 'filters', filter, 1);
  return withOutput(device, shape, output =>
    draw(
      device,
      {
        source: matrixSource(read.access, output.isPacked),
        textures: read.textures,
        ints: {
          ...read.ints,
          ...output.ints,
          targetWidth: output.target.width,
          columns: matrixShape(g)[1],
          inChannels: g.inChannels,
          outChannels: g.outChannels,
          inPerGroup: g.inChannels / g.groups,
          outPerGroup: g.outChannels / g.groups,
          sourceSize: spatialSizes(g, 'input'),
          resultGrid: spatialSizes(g, 'output'),
          ...axisUniforms(g),
        },
      },
      [output.target],
    ),
  );
}
