import type {InferenceSession, Tensor as OrtTensor, TensorConstructor} from 'onnxruntime-common';
import {filterShape, spatialSizes} from '../../src/geometry/conv.js';
import type {ConvGeometry} from '../../src/geometry/conv.js';
import {geometryOf} from '../layer.js';
import type {Layer} from '../shapes.js';
import {channelsFirst, channelsFirstShape, channelsLast, permuted, range} from './onnx_layout.js';
import {onnxModel} from './onnx_model.js';
import type {OnnxModel} from './onnx_model.js';
import type {Output, Peer, Prepared, Runtime} from './peer.js';

/** What both packages of ONNX Runtime export. */
interface OnnxPackage {
  readonly InferenceSession: {
    create(model: Uint8Array, options: InferenceSession.SessionOptions): Promise<InferenceSession>;
  };
  readonly Tensor: TensorConstructor;
}

/** ONNX Runtime in its own layout: channels first. */
export interface OnnxRuntime extends Runtime {
  /** Loads a model and its input. */
  readonly load: (model: OnnxModel, x: Float32Array) => Promise<Prepared>;
}

/** On one thread, unless told otherwise. */
export const onnxRuntime = (name: string, ort: OnnxPackage, executionProvider: string, threads = 1): OnnxRuntime => ({
  name,
  activate: () => Promise.resolve(),
  load: async (model, x) => {
    const session = await ort.InferenceSession.create(onnxModel(model), {
      executionProviders: [executionProvider],
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      // Its threads would go on spinning after a run, on the processors that the next runtime is timed on.
      ...(threads > 1 ? {extra: {session: {intra_op: {allow_spinning: '0'}}}} : {}),
    });
    const input = new ort.Tensor('float32', x, model.input[1]);
    return {
      run: async (): Promise<Output> => {
        const y: OrtTensor = (await session.run({[model.input[0]]: input}))[model.output[0]];
        return {
          values: () => Float32Array.from(y.data as Float32Array),
          dispose: () => y.dispose(),
        };
      },
      dispose: () => session.release(),
    };
  },
});

/** Loads a model for operands that are channels last; they are transposed outside of what is timed. */
export async function loadChannelsLast(
  load: OnnxRuntime['load'],
  model: OnnxModel,
  x: Float32Array,
  shape: readonly number[],
): Promise<Prepared> {
  const {run, dispose} = await load(model, channelsFirst(x, shape));
  const [, dims] = model.output;
  return {
    run: async () => {
      const y = await run();
      return {...y, values: () => channelsLast(y.values(), dims)};
    },
    dispose,
  };
}

/** Shapes of the layer's filter, and of its result as ONNX has it, with the rank that the layer has. */
function shapesOf(layer: Layer, g: ConvGeometry) {
  const rank = layer.x.length - 2;
  const transposed = layer.op === 'conv2dTranspose';
  const spatial = spatialSizes(g, transposed ? 'input' : 'output').slice(3 - rank);
  return {
    filter: filterShape(g).slice(3 - rank),
    y: [g.batch, transposed ? g.inChannels : g.outChannels, ...spatial],
  };
}

/** ONNX has [outChannels, inChannels / groups, ...kernel]; for ConvTranspose the same array means [in, out / groups, ...]. */
function modelOf(layer: Layer, filter: Float32Array): OnnxModel {
  const g = geometryOf(layer);
  const rank = layer.x.length - 2;
  const shapes = shapesOf(layer, g);
  const axes = g.axes.slice(3 - rank);
  const attributes = {
    strides: axes.map(axis => axis.stride),
    dilations: axes.map(axis => axis.dilation),
    pads: [...axes.map(axis => axis.padBefore), ...axes.map(axis => axis.padAfter)],
    kernel_shape: axes.map(axis => axis.kernel),
    group: g.groups,
  };
  const op = layer.op === 'conv2dTranspose' ? 'ConvTranspose' : 'Conv';
  return {
    nodes: [{op, inputs: ['x', 'w'], output: 'y', attributes}],
    initializers: [
      {
        name: 'w',
        dims: [shapes.filter[rank + 1], shapes.filter[rank], ...shapes.filter.slice(0, rank)],
        values: permuted(filter, shapes.filter, [rank + 1, rank, ...range(0, rank)]),
      },
    ],
    input: ['x', g.channelsLast ? channelsFirstShape(layer.x) : layer.x],
    output: ['y', shapes.y],
  };
}

/** ONNX Runtime as a peer that runs layers. */
export const onnxLayers = ({name, activate, load}: OnnxRuntime): Peer => ({
  name,
  activate,
  prepare: (layer, x, filter) => {
    const model = modelOf(layer, filter);
    return geometryOf(layer).channelsLast ? loadChannelsLast(load, model, x, layer.x) : load(model, x);
  },
});
