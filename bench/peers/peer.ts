import type {Layer} from '../shapes.js';

/** A runtime that is measured. */
export interface Runtime {
  readonly name: string;
  /** Makes the runtime the current one, before it prepares or runs. */
  readonly activate: () => Promise<void>;
  /** Whether it is timed on its own, after the others: its threads would slow down whoever comes next. */
  readonly apart?: boolean;
}

/** A runtime that runs layers. */
export interface Peer extends Runtime {
  /** Loads the layer with its data (channels last), and returns what runs it. */
  readonly prepare: (layer: Layer, x: Float32Array, filter: Float32Array) => Promise<Prepared>;
}

export interface Prepared {
  /** Runs once, to the end. */
  readonly run: () => Output | Promise<Output>;
  readonly dispose: () => void | Promise<void>;
}

/** What a run has made; it is read and freed outside of what is timed. */
export interface Output {
  /** Channels last. */
  readonly values: () => Float32Array;
  /** How long the run took by a clock of the runtime's own. Default: what has passed meanwhile. */
  readonly ms?: number;
  readonly dispose: () => void;
}
