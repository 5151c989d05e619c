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

export async function loadModel(
  files: ModelFiles,
  {loadGraphModel, loadLayersModel}: Loaders,
  maxOutputBytes: number,
): Promise<LoadedModel> {
  const {platform} = files;
  const handler = handlerOf(files);
  const {names, execute, ...model} =
    platform === 'tfjs_graph_model'
      ? graphModel(await loadGraphModel(handler))
      : layersModel(await loadLayersModel(handler));
  return {platform, inputs: model.inputs, run: runner(names, execute, maxOutputBytes)};
}

/** A model of either kind. */
interface Executable extends Pick<LoadedModel, 'inputs'> {
  /** Of the outputs. */
  readonly names: readonly string[];
  readonly execute: (tensors: tf.Tensor[]) => Promise<tf.Tensor[]>;
}

function layersModel(model: LayersModel): Executable {
  // A Sequential has no names before it is built.
  if (model instanceof Sequential) model.build();
  const inputs = model.inputs.map(({dtype, shape}, i) => {
    const name = model.inputNames[i];
    return {name, datatype: datatypeOf(name, dtype), shape: sizesOf(shape)};
  });
  const execute = (tensors: tf.Tensor[]) =>
    Promise.resolve(
      tf.tidy(() =>
        [model.predict(tensors.length === 1 ? tensors[0] : tensors, {batchSize: tensors[0].shape[0]})].flat(),
      ),
    );
  return {inputs, names: model.outputNames, execute};
}

/** A part of a GraphModel's signature, as the converter writes it. */
type Signature = Readonly<Record<string, {readonly name: string}>>;
interface Signatures {
  readonly inputs?: Signature | null;
  readonly outputs?: Signature | null;
}

function graphModel(model: GraphModel): Executable {
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
  return {inputs: inputs.map(({name, datatype, shape}) => ({name, datatype, shape})), names, execute};
}

/** The name that the signature gives a node, which is what TensorFlow Serving calls it too. */
function publicName(signature: Signature | null | undefined, node: string): string {
  const found = Object.entries(signature ?? {}).find(([, {name}]) => name === node || name === `${node}:0`);
  return found?.[0] ?? node;
}

/** Outputs that would be too large for an answer are not even read. */
function checkOutputs(outputs: readonly tf.Tensor[], rows: number, maxBytes: number): void {
  const bytes = outputs.reduce((sum, {size, dtype}) => sum + size * (dtype === 'bool' ? 1 : 4), 0);
  if (bytes > rows * maxBytes) throw new Error(`its outputs would take ${bytes} bytes; ${rows * maxBytes} at most`);
}

function runner(names: readonly string[], execute: Executable['execute'], maxBytes: number): LoadedModel['run'] {
  return async inputs => {
    const tensors = inputs.map(fromProtocol);
    try {
      const outputs = await execute(tensors);
      try {
        checkOutputs(outputs, tensors[0]?.shape[0] ?? 1, maxBytes);
        return await Promise.all(outputs.map((output, i) => toProtocol(names[i], output)));
      } finally {
        tf.dispose(outputs);
      }
    } finally {
      tf.dispose(tensors);
    }
  };
}
