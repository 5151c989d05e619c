/** What the pool and its workers tell each other. */
import type {BackendName, ModelSettings} from '../config/schema.js';
import type {ModelFiles} from '../models/files.js';
import type {ModelSpec, Tensor} from '../protocol/tensor.js';

/** What a worker is started with. */
export interface WorkerSetup {
  readonly files: ModelFiles;
  readonly backend: BackendName;
  readonly accelerate: boolean;
  readonly warmUp: ModelSettings['warmUp'];
  /** What the outputs may take, a row. */
  readonly maxOutputBytes: number;
}

/** What a worker is asked: the spec of its model, or a batch. */
export type Task = {readonly kind: 'describe'} | {readonly kind: 'run'; readonly inputs: readonly Tensor[]};

export interface WorkerMemory {
  /** tf.memory().numTensors between runs; it stays as it is. */
  readonly tensors: number;
  readonly bytes: number;
}

export type Result =
  | {
      readonly kind: 'described';
      readonly spec: ModelSpec;
      readonly warning: string | undefined;
      readonly threadId: number;
    }
  | {
      readonly kind: 'ran';
      readonly outputs: readonly Tensor[];
      readonly computeMs: number;
      readonly memory: WorkerMemory;
    }
  | {readonly kind: 'failed'; readonly message: string};
