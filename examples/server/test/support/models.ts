/** Small models of every kind that the tests need, written as files into a folder of models. */
import {mkdir, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';

interface Files {
  readonly 'model.json': unknown;
  readonly 'weights.bin': Buffer;
}

type Dtype = 'DT_FLOAT' | 'DT_INT32' | 'DT_BOOL' | 'DT_STRING';

const placeholder = (name: string, type: Dtype, sizes: readonly number[]) => ({
  name,
  op: 'Placeholder',
  attr: {dtype: {type}, shape: {shape: {dim: sizes.map(size => ({size: String(size)}))}}},
});
const node = (name: string, op: string, input: readonly string[], attr: object = {}) => ({name, op, input, attr});
const constant = (name: string, type: Dtype, sizes: readonly number[]) => ({
  name,
  op: 'Const',
  attr: {dtype: {type}, value: {tensor: {dtype: type, tensorShape: {dim: sizes.map(size => ({size: String(size)}))}}}},
});

function graph(
  nodes: readonly object[],
  signature?: object,
  weights: readonly object[] = [],
  data: Buffer = Buffer.alloc(0),
): Files {
  return {
    'model.json': {
      format: 'graph-model',
      modelTopology: {node: nodes, versions: {producer: 1}},
      weightsManifest: [{paths: weights.length > 0 ? ['weights.bin'] : [], weights}],
      ...(signature && {signature}),
    },
    'weights.bin': data,
  };
}

/** A GraphModel of one input x of any two sizes and one output y. */
const unary = (op: string, type: Dtype = 'DT_FLOAT'): Files =>
  graph([placeholder('x', type, [-1, -1]), node('y', op, ['x'], {T: {type}})]);

const TWO = Buffer.from(new Int32Array([-1, 4]).buffer);
const MATMUL = {T: {type: 'DT_FLOAT'}, adj_x: {b: false}, adj_y: {b: false}};

export const GRAPHS = {
  /** NaN for negative numbers, -Infinity for 0. */
  log: unary('Log'),
  relu: unary('Relu'),
  strings: unary('Identity', 'DT_STRING'),
  /** The sum of int32, and whether both of two bools are true. */
  both: graph(
    [
      placeholder('a', 'DT_INT32', [-1, 3]),
      placeholder('b', 'DT_INT32', [-1, 3]),
      placeholder('p', 'DT_BOOL', [-1, 3]),
      node('sum', 'AddV2', ['a', 'b'], {T: {type: 'DT_INT32'}}),
      node('and', 'LogicalAnd', ['p', 'p']),
    ],
    {
      inputs: {left: {name: 'a:0'}, right: {name: 'b:0'}, flag: {name: 'p:0'}},
      outputs: {total: {name: 'sum:0'}, and: {name: 'and:0'}},
    },
  ),
  /** How many rows an answer has depends on values. */
  where: graph([placeholder('x', 'DT_BOOL', [-1, -1]), node('y', 'Where', ['x'])]),
  /** Fails where the number of elements is no multiple of 4. */
  fours: graph(
    [
      placeholder('x', 'DT_FLOAT', [-1, -1]),
      constant('shape', 'DT_INT32', [2]),
      node('y', 'Reshape', ['x', 'shape'], {T: {type: 'DT_FLOAT'}}),
    ],
    undefined,
    [{name: 'shape', shape: [2], dtype: 'int32'}],
    TWO,
  ),
  /** The rows of x less their mean: they depend on each other. */
  centred: graph(
    [
      placeholder('x', 'DT_FLOAT', [-1, -1]),
      constant('axis', 'DT_INT32', [1]),
      node('mean', 'Mean', ['x', 'axis'], {keep_dims: {b: true}, T: {type: 'DT_FLOAT'}}),
      node('y', 'Sub', ['x', 'mean'], {T: {type: 'DT_FLOAT'}}),
    ],
    undefined,
    [{name: 'axis', shape: [1], dtype: 'int32'}],
    Buffer.alloc(4),
  ),
  /** Seconds for matrices of a thousand rows, and as much memory as a client wants. */
  power: graph([
    placeholder('x', 'DT_FLOAT', [-1, -1, -1]),
    ...['a', 'b', 'c', 'd'].map((name, i, names) =>
      node(name, 'BatchMatMulV2', [i === 0 ? 'x' : names[i - 1], 'x'], MATMUL),
    ),
  ]),
  /** A tensor of as many rows and columns as the client says: the worker dies of large ones. */
  fill: graph(
    [
      placeholder('dims', 'DT_INT32', [2]),
      constant('value', 'DT_FLOAT', []),
      node('y', 'Fill', ['dims', 'value'], {T: {type: 'DT_FLOAT'}}),
    ],
    undefined,
    [{name: 'value', shape: [], dtype: 'float32'}],
    Buffer.alloc(4),
  ),
} satisfies Record<string, Files>;

/** A network of convolutions, small and with weights that a seed gives. */
export function network(): layers.LayersModel {
  const kernelInitializer = (seed: number) => layers.initializers.glorotUniform({seed});
  return layers.sequential({
    layers: [
      layers.layers.conv2d({
        filters: 8,
        kernelSize: 3,
        padding: 'same',
        activation: 'relu',
        inputShape: [12, 12, 1],
        kernelInitializer: kernelInitializer(1),
      }),
      layers.layers.maxPooling2d({poolSize: 2}),
      layers.layers.conv2d({
        filters: 12,
        kernelSize: 3,
        strides: 2,
        activation: 'relu',
        kernelInitializer: kernelInitializer(2),
      }),
      layers.layers.flatten({}),
      layers.layers.dense({units: 5, activation: 'softmax', kernelInitializer: kernelInitializer(3)}),
    ],
  });
}

async function layersFiles(model: layers.LayersModel): Promise<Files> {
  const saved: Files[] = [];
  await model.save(
    tf.io.withSaveHandler(async ({modelTopology, weightSpecs = [], weightData = new ArrayBuffer(0)}) => {
      saved.push({
        'model.json': {
          format: 'layers-model',
          modelTopology,
          weightsManifest: [{paths: ['weights.bin'], weights: weightSpecs}],
        },
        'weights.bin': Buffer.concat([weightData].flat().map(part => new Uint8Array(part))),
      });
      return {modelArtifactsInfo: {dateSaved: new Date(), modelTopologyType: 'JSON'}};
    }),
  );
  return saved[0];
}

export async function writeModel(
  root: string,
  name: string,
  files: Files,
  version = '1',
  config?: object,
): Promise<void> {
  const folder = join(root, name, version);
  await mkdir(folder, {recursive: true});
  await writeFile(join(folder, 'weights.bin'), files['weights.bin']);
  await writeFile(join(folder, 'model.json'), JSON.stringify(files['model.json']));
  if (config) await writeFile(join(root, name, 'config.json'), JSON.stringify(config));
}

export async function writeNetwork(root: string, name = 'network', version = '1', config?: object): Promise<void> {
  await writeModel(root, name, await layersFiles(network()), version, config);
}

export const PIXELS = 12 * 12;

/** What TensorFlow.js itself answers for images of the network, computed here. */
export function expected(images: Float32Array, rows: number): number[] {
  return tf.tidy(() => {
    const y = network().predict(tf.tensor(images, [rows, 12, 12, 1]));
    return Array.from([y].flat()[0].dataSync());
  });
}

/** Grey images of a seed. */
export function images(rows: number, seed = 1): Float32Array<ArrayBuffer> {
  return Float32Array.from(
    {length: rows * PIXELS},
    (_, i) => ((Math.imul(i + seed * 7919, 2654435761) >>> 8) % 1000) / 1000,
  );
}
