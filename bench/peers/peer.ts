import type {Tensor} from '@tensorflow/tfjs-core';
import type {Layer} from '../shapes.js';

/** A runtime that is measured. */
export interface Peer {
  readonly name: string;
  /** Makes the layer current and returns what runs it once, to the end. */
  readonly prepare: (layer: Layer, x: Float32Array, filter: Float32Array) => Promise<PreparedLayer>;
}

export interface PreparedLayer {
  readonly run: () => Tensor;
  readonly dispose: () => void;
}
