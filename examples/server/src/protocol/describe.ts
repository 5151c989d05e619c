/** What the server says of itself and of its models. */
import type {ModelSpec} from './tensor.js';

export const SERVER = {name: 'tfjs-conv-server', version: '0.1.0'};

/** The extensions of the protocol that the server implements, by the names that its clients know. */
export const EXTENSIONS = ['model_configuration', 'model_repository', 'binary_tensor_data', 'statistics'];

/** Model configuration knows datatypes by other names. */
const CONFIG_TYPES = {FP32: 'TYPE_FP32', INT32: 'TYPE_INT32', BOOL: 'TYPE_BOOL', BYTES: 'TYPE_STRING'} as const;

export function modelMetadata(name: string, versions: readonly string[], {platform, inputs, outputs}: ModelSpec) {
  return {name, versions, platform, inputs, outputs};
}

/** The model configuration extension: dimensions go without the batch where there is one. */
export function modelConfig(
  name: string,
  {platform, inputs, outputs, batches}: ModelSpec,
  {maxBatchSize, maxBatchTimeMs, workers}: {maxBatchSize: number; maxBatchTimeMs: number; workers: number},
) {
  const tensors = (specs: ModelSpec['inputs']) =>
    specs.map(spec => ({
      name: spec.name,
      data_type: CONFIG_TYPES[spec.datatype],
      dims: batches ? spec.shape.slice(1) : spec.shape,
    }));
  return {
    name,
    platform,
    backend: 'tfjs',
    max_batch_size: batches ? maxBatchSize : 0,
    input: tensors(inputs),
    output: tensors(outputs),
    instance_group: [{name, kind: 'KIND_CPU', count: workers}],
    ...(batches && {dynamic_batching: {max_queue_delay_microseconds: maxBatchTimeMs * 1000}}),
  };
}
