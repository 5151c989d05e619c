import type * as tf from '@tensorflow/tfjs';
import {artifactsOf, textOf} from './model_files.js';
import {readFile} from './read_file.js';

/* The models in test/models, and what Keras makes of them; test/models/make/README.md says what is in each folder. */

export const NETWORKS = ['resnext', 'mobilenet', 'unet', 'wavenet', 'convnext', 'segmentation3d'] as const;
export const KERAS = ['tf_keras', 'keras3'] as const;
export type Keras = (typeof KERAS)[number];

/** Numbers that Keras has computed or was given. */
export interface KerasValues {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

export interface KerasModel {
  readonly title: string;
  readonly keras: Keras;
  readonly layers: tf.io.ModelArtifacts;
  readonly graph: tf.io.ModelArtifacts;
  readonly learningRate: number;
  readonly input: KerasValues;
  readonly output: KerasValues;
  readonly target: KerasValues;
  /** After one step of gradient descent, each named as `<layer>/<index among the layer's weights>`. */
  readonly trained: readonly KerasValues[];
}

interface Described {
  readonly name: string;
  readonly shape: readonly number[];
  readonly offset: number;
}

interface Descriptions extends Readonly<Record<'inputs' | 'outputs' | 'targets' | 'trained', readonly Described[]>> {
  readonly learningRate: number;
}

/** The model that a Keras has made of a network. */
export async function kerasModel(network: string, keras: Keras): Promise<KerasModel> {
  const folder = `test/models/${network}/${keras}`;
  const [layers, graph] = await Promise.all(['layers', 'graph'].map(format => artifactsOf(`${folder}/${format}`)));
  const all = new Float32Array(await readFile(`${folder}/values.bin`));
  const described = JSON.parse(textOf(await readFile(`${folder}/values.json`))) as Descriptions;
  const valuesOf = ({name, shape, offset}: Described): KerasValues => ({
    name,
    shape,
    values: all.subarray(offset, offset + shape.reduce((size, one) => size * one, 1)),
  });
  const [input, output, target] = [described.inputs, described.outputs, described.targets].map(([one]) =>
    valuesOf(one),
  );
  return {
    title: `${network}, ${keras}`,
    keras,
    layers,
    graph,
    learningRate: described.learningRate,
    input,
    output,
    target,
    trained: described.trained.map(valuesOf),
  };
}
