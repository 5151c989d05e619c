import type {TensorInfo} from '@tensorflow/tfjs-core';
import {matrixShape, spatialSizes} from '../../src/geometry/conv.js';
import type {ConvGeometry} from '../../src/geometry/conv.js';
import type {Device} from './device.js';
import {matrixSource} from './glsl/matrix.js';
import {draw} from './program.js';
import {makeOutput, readTensor} from './tensors.js';

/** The explicit matrix of a convolution, with the shape that is asked for. */
export function makeMatrix(device: Device, g: ConvGeometry, filter: TensorInfo, shape: number[]): TensorInfo {
  const read = readTensor(device, 'filters', filter, 1);
  const output = makeOutput(device, shape);
  draw(device, {
    source: matrixSource(read.way, output.isPacked),
    textures: read.textures,
    ints: {
      ...read.ints, ...output.ints, targetWidth: output.target.width, columns: matrixShape(g)[1],
      inChannels: g.inChannels, outChannels: g.outChannels, inPerGroup: g.inChannels / g.groups,
      outPerGroup: g.outChannels / g.groups, sourceSize: spatialSizes(g, 'input'), resultGrid: spatialSizes(g, 'output'),
      kernel: spatialSizes(g, 'kernel'), stride: g.axes.map(({stride}) => stride),
      dilation: g.axes.map(({dilation}) => dilation), padBefore: g.axes.map(({padBefore}) => padBefore),
    },
  }, [output.target]);
  return output.info;
}
