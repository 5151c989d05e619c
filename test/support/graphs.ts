import type * as tf from '@tensorflow/tfjs';
import type {AttrValue, FunctionDef, NodeDef} from '../../src/graph_model/optimize/types.js';

/* Graphs as model.json has them, in few words. */

const base64 = (text: string): string => Buffer.from(text).toString('base64');

export const text = (value: string): AttrValue => ({s: base64(value)});
export const texts = (...values: string[]): AttrValue => ({list: {s: values.map(base64)}});
/** The converter writes integers as text. */
export const integers = (...values: number[]): AttrValue => ({list: {i: values.map(String)}});
export const integer = (value: number): AttrValue => ({i: String(value)});
export const float = (value: number): AttrValue => ({f: value});
export const calls = (name: string): AttrValue => ({func: {name}});

export const node = (
  name: string,
  op: string,
  input: string[] = [],
  attr: Record<string, AttrValue> = {},
): NodeDef => ({
  name,
  op,
  input,
  attr,
});

export const placeholder = (name: string, type: 'DT_FLOAT' | 'DT_INT32' | 'DT_BOOL' = 'DT_FLOAT'): NodeDef =>
  node(name, 'Placeholder', [], {dtype: {type}});

/** A function of the graph: its arguments, its nodes, and which output of which node each of its results is. */
export const definition = (
  name: string,
  args: string[],
  nodeDef: NodeDef[],
  ret: Record<string, string>,
): FunctionDef => ({
  signature: {
    name,
    // TensorFlow.js reads the types.
    inputArg: args.map(arg => ({name: arg, type: 'DT_FLOAT'})),
    outputArg: Object.keys(ret).map(result => ({name: result, type: 'DT_FLOAT'})),
  },
  nodeDef,
  ret,
});

export interface Weight {
  readonly shape: readonly number[];
  readonly values: ArrayLike<number>;
  readonly dtype?: 'float32' | 'int32';
}

export const weight = (shape: readonly number[], values: ArrayLike<number>): Weight => ({shape, values});
/** A list of integers. */
export const sizes = (values: readonly number[]): Weight => ({shape: [values.length], values, dtype: 'int32'});

export interface Graph {
  readonly nodes: readonly NodeDef[];
  /** By the names of their nodes, which are added. */
  readonly weights?: Readonly<Record<string, Weight>>;
  readonly functions?: readonly FunctionDef[];
  readonly outputs?: readonly string[];
}

/** The artifacts of a model. Weights whose names have a slash are those of functions, whose nodes are there. */
export function artifactsOf({nodes, weights = {}, functions = [], outputs}: Graph): tf.io.ModelArtifacts {
  const named = Object.entries(weights);
  const arrays = named.map(([, {values, dtype}]) =>
    dtype === 'int32' ? Int32Array.from(values) : Float32Array.from(values),
  );
  const weightData = new Uint8Array(arrays.reduce((bytes, array) => bytes + array.byteLength, 0));
  let offset = 0;
  for (const array of arrays) {
    weightData.set(new Uint8Array(array.buffer), offset);
    offset += array.byteLength;
  }
  const constants = named.filter(([name]) => !name.includes('/')).map(([name]) => node(name, 'Const'));
  return {
    modelTopology: {
      node: [...constants, ...nodes],
      library: {function: functions},
      versions: {producer: 1, minConsumer: 1},
    },
    ...(outputs && {
      signature: {outputs: Object.fromEntries(outputs.map(name => [name.replace(/:0$/, ''), {name}]))},
    }),
    weightSpecs: named.map(([name, {shape, dtype = 'float32'}]) => ({name, shape: [...shape], dtype})),
    weightData: weightData.buffer,
  };
}
