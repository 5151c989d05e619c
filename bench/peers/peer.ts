import type {Layer} from '../shapes.js';

/** A runtime that is measured. */
export interface Peer {
  readonly name: string;
  /** Makes the runtime the current one, before it prepares or runs. */
  readonly activate: () => Promise<void>;
  /** Loads the layer with its data (channels last), and returns what runs it. */
  readonly prepare: (layer: Layer, x: Float32Array, filter: Float32Array) => Promise<PreparedLayer>;
}

export interface PreparedLayer {
  /** Runs the layer once, to the end. */
  readonly run: () => Output | Promise<Output>;
  readonly dispose: () => void | Promise<void>;
}

/** What a run has made; it is read and freed outside of what is timed. */
export interface Output {
  /** Channels last. */
  readonly values: () => Float32Array;
  readonly dispose: () => void;
}
