import type {InferenceSession, Tensor as OrtTensor, TensorConstructor} from 'onnxruntime-common';
import {filterShape, spatialSizes} from '../../src/geometry/conv.js';
import type {ConvGeometry} from '../../src/geometry/conv.js';
import {geometryOf} from '../layer.js';
import type {Layer} from '../shapes.js';
import {onnxModel} from './onnx_model.js';
import type {Output, Peer} from './peer.js';

/** What both packages of ONNX Runtime export. */
export interface OnnxRuntime {
  readonly InferenceSession: {create(model: Uint8Array, options: InferenceSession.SessionOptions): Promise<InferenceSession>};
  readonly Tensor: TensorConstructor;
}

/** Element order of an array after its axes are permuted. */
function permuted(values: Float32Array, shape: readonly number[], axes: readonly number[]): Float32Array {
  const strides = shape.map((_, a) => shape.slice(a + 1).reduce((p, s) => p * s, 1));
  const sizes = axes.map(a => shape[a]);
  const steps = axes.map(a => strides[a]);
  const index = new Array<number>(axes.length).fill(0);
  return values.map(() => {
    const value = values[index.reduce((sum, i, a) => sum + i * steps[a], 0)];
    for (let a = axes.length - 1; a >= 0 && ++index[a] === sizes[a]; a--) index[a] = 0;
    return value;
  });
}

const range = (from: number, end: number) => Array.from({length: end - from}, (_, i) => from + i);

/** [batch, ...spatial, channels] to [batch, channels, ...spatial]. */
const channelsFirst = (values: Float32Array, shape: readonly number[]) =>
    permuted(values, shape, [0, shape.length - 1, ...range(1, shape.length - 1)]);
const channelsLast = (values: Float32Array, shape: readonly number[]) =>
    permuted(values, shape, [0, ...range(2, shape.length), 1]);

const first = (shape: readonly number[]) => [shape[0], shape[shape.length - 1], ...shape.slice(1, -1)];

/** Shapes of the layer's filter and result with the rank that the layer has. */
function shapesOf(layer: Layer, g: ConvGeometry) {
  const rank = layer.x.length - 2;
  const transposed = layer.op === 'conv2dTranspose';
  const spatial = spatialSizes(g, transposed ? 'input' : 'output').slice(3 - rank);
  return {
    filter: filterShape(g).slice(3 - rank),
    y: [layer.x[0], ...spatial, transposed ? g.inChannels : g.outChannels],
  };
}

/** ONNX has [outChannels, inChannels / groups, ...kernel]; for ConvTranspose the same array means [in, out / groups, ...]. */
function modelOf(layer: Layer, filter: Float32Array): Uint8Array {
  const g = geometryOf(layer);
  const rank = layer.x.length - 2;
  const shapes = shapesOf(layer, g);
  const axes = g.axes.slice(3 - rank);
  const w = permuted(filter, shapes.filter, [rank + 1, rank, ...range(0, rank)]);
  const lists = {
    strides: axes.map(axis => axis.stride),
    dilations: axes.map(axis => axis.dilation),
    pads: [...axes.map(axis => axis.padBefore), ...axes.map(axis => axis.padAfter)],
    kernel_shape: axes.map(axis => axis.kernel),
  };
  const op = layer.op === 'conv2dTranspose' ? 'ConvTranspose' : 'Conv';
  const wShape = [shapes.filter[rank + 1], shapes.filter[rank], ...shapes.filter.slice(0, rank)];
  return onnxModel({op, lists, group: g.groups}, first(layer.x), first(shapes.y), wShape, w);
}

/** ONNX Runtime, on one thread unless told otherwise, in its own layout: channels first, transposed outside of what is timed. */
export const onnxRuntime = (name: string, ort: OnnxRuntime, executionProvider: string, threads = 1): Peer => ({
  name,
  activate: () => Promise.resolve(),
  prepare: async (layer, x, filter) => {
    const session = await ort.InferenceSession.create(modelOf(layer, filter), {
      executionProviders: [executionProvider], intraOpNumThreads: threads, interOpNumThreads: 1,
    });
    const input = new ort.Tensor('float32', channelsFirst(x, layer.x), first(layer.x));
    return {
      run: async (): Promise<Output> => {
        const y: OrtTensor = (await session.run({x: input})).y;
        return {
          values: () => channelsLast(Float32Array.from(y.data as Float32Array), y.dims),
          dispose: () => y.dispose(),
        };
      },
      dispose: () => session.release(),
    };
  },
});
