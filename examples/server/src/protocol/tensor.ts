/** Tensors as they travel between clients, the queue and the workers. */

/** The datatypes of the protocol that TensorFlow.js has. */
export type Datatype = 'FP32' | 'INT32' | 'BOOL' | 'BYTES';

/** The elements of each datatype, in row-major order: BOOL has 0 and 1, BYTES one array of bytes an element. */
export interface Elements {
  FP32: Float32Array<ArrayBuffer>;
  INT32: Int32Array<ArrayBuffer>;
  BOOL: Uint8Array<ArrayBuffer>;
  BYTES: Uint8Array[];
}

interface TensorOf<D extends Datatype> {
  readonly name: string;
  readonly datatype: D;
  readonly shape: readonly number[];
  readonly data: Elements[D];
}

export type Tensor = {[D in Datatype]: TensorOf<D>}[Datatype];

/** What a model takes or gives; -1 stands for a dimension of any size. */
export interface TensorSpec {
  readonly name: string;
  readonly datatype: Datatype;
  readonly shape: readonly number[];
}

export interface ModelSpec {
  readonly platform: 'tfjs_layers_model' | 'tfjs_graph_model';
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
  /** Whether the first dimension of every input and output is the batch, whose rows do not influence each other. */
  readonly batches: boolean;
}

export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** What an array of bytes takes beside them, on its way through the heaps of both threads. */
const ARRAY_BYTES = 400;

/** Bytes of memory that the elements take. */
export function memoryOf(tensors: readonly Tensor[]): number {
  let sum = 0;
  for (const {datatype, data} of tensors) {
    if (datatype === 'BYTES') for (const bytes of data) sum += bytes.length + ARRAY_BYTES;
    else sum += data.byteLength;
  }
  return sum;
}

/** A tensor whose elements `read` gives for its datatype. */
export function tensorOf(
  name: string,
  datatype: Datatype,
  shape: readonly number[],
  read: <D extends Datatype>(datatype: D) => Elements[D],
): Tensor {
  switch (datatype) {
    case 'FP32':
      return {name, datatype, shape, data: read(datatype)};
    case 'INT32':
      return {name, datatype, shape, data: read(datatype)};
    case 'BOOL':
      return {name, datatype, shape, data: read(datatype)};
    case 'BYTES':
      return {name, datatype, shape, data: read(datatype)};
  }
}
