/** Tensors of the protocol as tensors of TensorFlow.js, and back. */
import * as tf from '@tensorflow/tfjs-core';
import type {Tensor} from '../protocol/tensor.js';

export function fromProtocol(tensor: Tensor): tf.Tensor {
  const shape = [...tensor.shape];
  switch (tensor.datatype) {
    case 'FP32':
      return tf.tensor(tensor.data, shape, 'float32');
    case 'INT32':
      return tf.tensor(tensor.data, shape, 'int32');
    case 'BOOL':
      return tf.tensor(tensor.data, shape, 'bool');
    case 'BYTES':
      return tf.tensor(tensor.data, shape, 'string');
  }
}

/** The values are copies, which may be transferred to another thread. */
export async function toProtocol(name: string, tensor: tf.Tensor): Promise<Tensor> {
  const {shape, dtype} = tensor;
  switch (dtype) {
    case 'float32':
      return {name, datatype: 'FP32', shape, data: new Float32Array(await tensor.data<'float32'>())};
    case 'int32':
      return {name, datatype: 'INT32', shape, data: new Int32Array(await tensor.data<'int32'>())};
    case 'bool':
      return {name, datatype: 'BOOL', shape, data: new Uint8Array(await tensor.data<'bool'>())};
    case 'string': {
      const bytes = await tensor.bytes();
      return {name, datatype: 'BYTES', shape, data: Array.isArray(bytes) ? bytes : [bytes]};
    }
    default:
      throw new Error(`output '${name}' has dtype ${dtype}, which the protocol does not know`);
  }
}
