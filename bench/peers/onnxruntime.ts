import type {InferenceSession, Tensor as OrtTensor, TensorConstructor} from 'onnxruntime-common';
import {geometryOf} from '../layer.js';
import type {Layer} from '../shapes.js';
import {channelsFirstOf} from './channels_first.js';
import {channelsFirst, channelsLast} from './onnx_layout.js';
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

function modelOf(layer: Layer, filter: Float32Array): OnnxModel {
  const first = channelsFirstOf(layer, filter);
  const attributes = {
    strides: first.strides,
    dilations: first.dilations,
    pads: [...first.padBefore, ...first.padAfter],
    kernel_shape: first.kernel,
    group: first.groups,
  };
  return {
    nodes: [{op: first.transposed ? 'ConvTranspose' : 'Conv', inputs: ['x', 'w'], output: 'y', attributes}],
    initializers: [{name: 'w', ...first.filter}],
    input: ['x', first.x],
    output: ['y', first.y],
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
