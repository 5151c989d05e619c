import * as tf from '@tensorflow/tfjs';
import type {GraphDef} from '../../src/graph_model/optimize/types.js';
import {counts} from './memory.js';

/** The ops of a graph beside constants and placeholders, sorted. */
export function opsOf({modelTopology}: tf.io.ModelArtifacts): string[] {
  // TensorFlow.js has no type for it.
  const {node} = modelTopology as GraphDef;
  return node
    .map(({op}) => op)
    .filter(op => op !== 'Const' && op !== 'Placeholder')
    .sort();
}

/** Runs a model and returns the values of its outputs. Nothing may be left behind. */
export function outputsOf(
  artifacts: tf.io.ModelArtifacts,
  {inputs, outputs}: {inputs: Readonly<Record<string, readonly number[]>>; outputs: readonly string[]},
  values: Readonly<Record<string, Float32Array>>,
): Float32Array[] {
  const before = counts();
  const model = tf.loadGraphModelSync(artifacts);
  const feed = Object.fromEntries(
    Object.entries(inputs).map(([name, shape]) => [name, tf.tensor(values[name], [...shape])]),
  );
  const results = model.execute(feed, [...outputs]);
  const tensors = Array.isArray(results) ? results : [results];
  const data = tensors.map(tensor => Float32Array.from(tensor.dataSync()));
  tf.dispose([feed, results]);
  model.dispose();
  expect(counts()).toEqual(before);
  return data;
}
