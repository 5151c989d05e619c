/** Rows of tensors: the first dimension is the batch. */
import {elementCount, type Tensor} from './tensor.js';

/** Rows `from` up to `to` as a tensor of their own, which shares its elements with the whole. */
export function sliceRows(tensor: Tensor, from: number, to: number): Tensor {
  const {name, datatype, shape, data} = tensor;
  const size = elementCount(shape.slice(1));
  const part = [from * size, to * size] as const;
  const rows = [to - from, ...shape.slice(1)];
  switch (datatype) {
    case 'FP32':
      return {name, datatype, shape: rows, data: data.subarray(...part)};
    case 'INT32':
      return {name, datatype, shape: rows, data: data.subarray(...part)};
    case 'BOOL':
      return {name, datatype, shape: rows, data: data.subarray(...part)};
    case 'BYTES':
      return {name, datatype, shape: rows, data: data.slice(...part)};
  }
}

/** Tensors of one name, datatype and row shape below each other, as a copy. */
export function joinRows(tensors: readonly Tensor[]): Tensor {
  const {name, datatype, shape: first} = tensors[0];
  const rows = tensors.reduce((sum, {shape}) => sum + shape[0], 0);
  const shape = first.length === 0 ? first : [rows, ...first.slice(1)];
  const count = tensors.reduce((sum, {data}) => sum + data.length, 0);
  switch (datatype) {
    case 'FP32':
      return {name, datatype, shape, data: filled(new Float32Array(count), tensors)};
    case 'INT32':
      return {name, datatype, shape, data: filled(new Int32Array(count), tensors)};
    case 'BOOL':
      return {name, datatype, shape, data: filled(new Uint8Array(count), tensors)};
    case 'BYTES':
      return {
        name,
        datatype,
        shape,
        data: tensors.flatMap(tensor => (tensor.datatype === datatype ? tensor.data : [])),
      };
  }
}

function filled<T extends Float32Array | Int32Array | Uint8Array>(all: T, tensors: readonly Tensor[]): T {
  let at = 0;
  for (const {datatype, data} of tensors) {
    if (datatype === 'BYTES') continue;
    all.set(data, at);
    at += data.length;
  }
  return all;
}

/** Memory that may move to another thread instead of being copied. */
export function transferable(tensors: readonly Tensor[]): ArrayBuffer[] {
  return tensors.flatMap(({datatype, data}) => (datatype === 'BYTES' ? [] : [data.buffer]));
}
