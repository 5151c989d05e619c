import type {KernelBackend, Tensor, TensorInfo} from '@tensorflow/tfjs-core';

/** An attribute of a TensorFlow op: integers, a string, a truth, or what has to be named. */
export type OpAttr = number | readonly number[] | string | boolean | {readonly float: number};

/** How tfjs-node's native addon is told the type of an attribute. */
interface NativeAttr {
  readonly name: string;
  readonly type: number;
  readonly value: number | readonly number[] | string | boolean;
}

/** A tensor of the TensorFlow library, of which TensorFlow.js' engine knows nothing. */
export interface Handle {
  readonly id: number;
  readonly shape: readonly number[];
  /** As the library numbers them. */
  readonly dtype: number;
}

/** The native addon of tfjs-node: it runs any op that the loaded TensorFlow library knows. */
interface Binding {
  readonly TF_ATTR_INT: number;
  readonly TF_ATTR_STRING: number;
  readonly TF_ATTR_FLOAT: number;
  readonly TF_ATTR_BOOL: number;
  readonly TF_ATTR_TYPE: number;
  readonly TF_FLOAT: number;
  readonly TF_INT32: number;
  readonly TF_Version: string;
  createTensor(shape: readonly number[], dtype: number, values: Int32Array): number;
  deleteTensor(id: number): void;
  tensorDataSync(id: number): ArrayLike<number>;
  executeOp(name: string, attrs: readonly NativeAttr[], inputs: readonly number[], outputs: number): Handle[];
}

/** What the backend of tfjs-node has beyond its type. */
interface NodeBackend extends KernelBackend {
  readonly binding: Binding;
  getInputTensorIds(tensors: readonly TensorInfo[]): number[];
  createOutputTensor(output: Handle): Tensor;
}

/** The version of the TensorFlow library that a backend of tfjs-node has loaded. */
export const libraryVersion = (backend: KernelBackend): string => (backend as NodeBackend).binding.TF_Version;

/** TensorFlow while it computes a kernel. */
export interface TensorFlow {
  readonly backend: NodeBackend;
  /** What ops have made. */
  readonly made: Handle[];
}

/** The library's tensor of a float32 one of TensorFlow.js. */
export const handleOf = ({backend}: TensorFlow, tensor: TensorInfo): Handle => ({
  id: backend.getInputTensorIds([tensor])[0],
  shape: tensor.shape,
  dtype: backend.binding.TF_FLOAT,
});

/**
 * What ops of TensorFlow make of tensors; all else that they make is freed. Intermediate tensors belong to the library only: the
 * engine takes longer for one of its own than a small op.
 */
export function computed(kernelBackend: KernelBackend, compute: (tf: TensorFlow) => Handle): Tensor {
  const backend = kernelBackend as NodeBackend;
  forgetIntegers(backend);
  const made: Handle[] = [];
  let result: Handle | undefined;
  try {
    result = compute({backend, made});
    return backend.createOutputTensor(result);
  } finally {
    for (const handle of made) {
      if (handle !== result) backend.binding.deleteTensor(handle.id);
    }
  }
}

function nativeAttr(binding: Binding, name: string, value: OpAttr): NativeAttr {
  if (typeof value === 'string') return {name, type: binding.TF_ATTR_STRING, value};
  if (typeof value === 'boolean') return {name, type: binding.TF_ATTR_BOOL, value};
  if (typeof value === 'number' || Array.isArray(value))
    return {name, type: binding.TF_ATTR_INT, value: value as number};
  return {name, type: binding.TF_ATTR_FLOAT, value: (value as {float: number}).float};
}

/** Runs an op of TensorFlow on tensors. */
export type RunOp = (tf: TensorFlow, inputs: readonly Handle[]) => Handle;

/**
 * An op of TensorFlow on float32 tensors (its attribute T) with its attributes, which are made once. Types of other inputs
 * are inferred.
 */
export function opWith(name: string, attrs: Readonly<Record<string, OpAttr>>): RunOp {
  let native: NativeAttr[] | undefined;
  return ({backend: {binding}, made}, inputs) => {
    native ??= [
      {name: 'T', type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT},
      ...Object.entries(attrs).map(([key, value]) => nativeAttr(binding, key, value)),
    ];
    const [output] = binding.executeOp(
      name,
      native,
      inputs.map(({id}) => id),
      1,
    );
    made.push(output);
    return output;
  };
}

/** Integers that ops have taken as tensors, which are the same at every call. */
const integers = new WeakMap<Binding, Map<string, Handle>>();

/** Lists of integers that are remembered; beyond that all are forgotten. */
const LIMIT = 1024;

function forgetIntegers({binding}: NodeBackend): void {
  const known = integers.get(binding);
  if (known === undefined || known.size < LIMIT) return;
  for (const {id} of known.values()) binding.deleteTensor(id);
  known.clear();
}

/** Integers as a tensor that an op takes. */
export function integersOf(
  {backend: {binding}}: TensorFlow,
  values: readonly number[],
  shape: readonly number[],
): Handle {
  const known = integers.get(binding) ?? new Map<string, Handle>();
  integers.set(binding, known);
  const key = `${shape.join()}:${values.join()}`;
  const found = known.get(key);
  if (found !== undefined) return found;
  const dtype = binding.TF_INT32;
  const made = {id: binding.createTensor(shape, dtype, Int32Array.from(values)), shape, dtype};
  known.set(key, made);
  return made;
}

/** The same as a list. */
export const listOf = (tf: TensorFlow, values: readonly number[]): Handle => integersOf(tf, values, [values.length]);
