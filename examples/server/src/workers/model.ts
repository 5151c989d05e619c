/** A model in a worker: loaded, and run on tensors of the protocol. */
import type {GraphModel} from '@tensorflow/tfjs-converter';
import * as tf from '@tensorflow/tfjs-core';
import {type LayersModel, Sequential} from '@tensorflow/tfjs-layers';
import {handlerOf, type ModelFiles} from '../models/files.js';
import type {Datatype, ModelSpec, Tensor, TensorSpec} from '../protocol/tensor.js';
import {fromProtocol, toProtocol} from './convert.js';
import type {Loaders} from './loaders.js';

export interface LoadedModel {
  readonly platform: ModelSpec['platform'];
  readonly inputs: readonly TensorSpec[];
  /** The outputs for inputs in the order of `inputs`. Nothing is left behind, whether it succeeds or throws. */
  readonly run: (inputs: readonly Tensor[]) => Promise<Tensor[]>;
}

const DATATYPES: Readonly<Record<string, Datatype>> = {float32: 'FP32', int32: 'INT32', bool: 'BOOL', string: 'BYTES'};

function datatypeOf(name: string, dtype: string | undefined): Datatype {
  const datatype = DATATYPES[dtype ?? 'float32'];
  if (datatype === undefined) throw new Error(`input '${name}' has dtype ${dtype}, which the protocol does not know`);
  return datatype;
}

const sizesOf = (shape: readonly (number | null)[]): number[] =>
  shape.map(size => (size === null || size < 0 ? -1 : size));

export async function loadModel(files: ModelFiles, {loadGraphModel, loadLayersModel}: Loaders): Promise<LoadedModel> {
  const {platform} = files;
  const handler = handlerOf(files);
  return platform === 'tfjs_graph_model'
    ? graphModel(platform, await loadGraphModel(handler))
    : layersModel(platform, await loadLayersModel(handler));
}

function layersModel(platform: ModelSpec['platform'], model: LayersModel): LoadedModel {
  // A Sequential has no names before it is built.
  if (model instanceof Sequential) model.build();
  const inputs = model.inputs.map(({dtype, shape}, i) => {
    const name = model.inputNames[i];
    return {name, datatype: datatypeOf(name, dtype), shape: sizesOf(shape)};
  });
  const predict = (tensors: tf.Tensor[]) =>
    Promise.resolve(
      tf.tidy(() =>
        [model.predict(tensors.length === 1 ? tensors[0] : tensors, {batchSize: tensors[0].shape[0]})].flat(),
      ),
    );
  return {platform, inputs, run: runner(model.outputNames, predict)};
}

/** A part of a GraphModel's signature, as the converter writes it. */
type Signature = Readonly<Record<string, {readonly name: string}>>;
interface Signatures {
  readonly inputs?: Signature | null;
  readonly outputs?: Signature | null;
}

function graphModel(platform: ModelSpec['platform'], model: GraphModel): LoadedModel {
  const signatures: Signatures | null | undefined = model.modelSignature;
  const inputs = model.inputs.map(({name: node, dtype, shape}) => {
    const name = publicName(signatures?.inputs, node);
    if (shape === undefined) throw new Error(`input '${name}' has no shape`);
    return {name, node, datatype: datatypeOf(name, dtype), shape: sizesOf(shape)};
  });
  const nodes = model.outputs.map(({name}) => name);
  const named = (tensors: tf.Tensor[]) => Object.fromEntries(inputs.map(({node}, i) => [node, tensors[i]]));
  let isAsync = false;
  const execute = async (tensors: tf.Tensor[]) => {
    if (!isAsync) {
      try {
        return tf.tidy(() => [model.execute(named(tensors), nodes)].flat());
      } catch (error) {
        // Only TensorFlow.js knows which graphs have control flow or outputs whose shape depends on values.
        if (!(error instanceof Error && error.message.includes('executeAsync'))) throw error;
        isAsync = true;
      }
    }
    return [await model.executeAsync(named(tensors), nodes)].flat();
  };
  const names = nodes.map(node => publicName(signatures?.outputs, node));
  return {
    platform,
    inputs: inputs.map(({name, datatype, shape}) => ({name, datatype, shape})),
    run: runner(names, execute),
  };
}

/** The name that the signature gives a node, which is what TensorFlow Serving calls it too. */
function publicName(signature: Signature | null | undefined, node: string): string {
  const found = Object.entries(signature ?? {}).find(([, {name}]) => name === node || name === `${node}:0`);
  return found?.[0] ?? node;
}

function runner(names: readonly string[], execute: (tensors: tf.Tensor[]) => Promise<tf.Tensor[]>): LoadedModel['run'] {
  return async inputs => {
    const tensors = inputs.map(fromProtocol);
    try {
      const outputs = await execute(tensors);
      try {
        return await Promise.all(outputs.map((output, i) => toProtocol(names[i], output)));
      } finally {
        tf.dispose(outputs);
      }
    } finally {
      tf.dispose(tensors);
    }
  };
}
