import type {Filter} from '../model/filters.js';
import type {State} from '../model/state.js';
import {builtin, ours} from './javascript.js';
import {keras, torch} from './python.js';

export const LIBRARIES = ['tfjs-conv', 'TensorFlow.js', 'Keras', 'PyTorch'] as const;
export type Library = (typeof LIBRARIES)[number];

const WRITE: {readonly [library in Library]: (s: State, filters: readonly Filter[]) => string} = {
  'tfjs-conv': ours,
  'TensorFlow.js': builtin,
  Keras: keras,
  PyTorch: torch,
};

/** A state as a program of a library, which prints the output; `filters` are those of its passes. */
export const codeOf = (library: Library, s: State, filters: readonly Filter[]): string => WRITE[library](s, filters);
