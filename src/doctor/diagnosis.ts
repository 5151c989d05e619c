import type {Facts} from '../registry/facts.js';

/** What runs the program. */
export interface Runtime {
  /** Such as 'Node', 'Deno', 'Bun', 'page' or 'worker'. */
  readonly name: string;
  /** Of Node, Deno or Bun; of a page the user agent. */
  readonly version: string;
  /** Whether threads may share memory; null where there are no pages. */
  readonly crossOriginIsolated: boolean | null;
  /** How many threads run at once, by what the runtime says; null where it says nothing. */
  readonly processors: number | null;
  /** Whether Node, Deno or Bun give their own modules by `process.getBuiltinModule`; null in pages. */
  readonly builtinModules: boolean | null;
}

/** What WebAssembly is there. */
export interface WebAssemblySupport {
  /** Whether the name exists. */
  readonly exists: boolean;
  /** Whether a module runs: a content security policy may forbid it. */
  readonly runs: boolean;
  readonly simd: boolean;
  readonly relaxedSimd: boolean;
  /** Whether a memory can be shared between threads. */
  readonly sharedMemory: boolean;
}

/** A backend that is registered. */
export interface BackendDiagnosis {
  readonly name: string;
  /** Whether it is the current one. */
  readonly current: boolean;
  /** Why it cannot be set up; '' where it can. */
  readonly error: string;
  /** Whose kernels compute convolutions on it. */
  readonly kernels: 'own' | 'portable';
  /** What its kernels have found: the WebAssembly binary, threads, limits of the device. */
  readonly facts: Facts;
  /** Whether a small convolution is what it has to be: 'right', 'wrong', 'not computed', or the error. */
  readonly check: string;
}

/** What `doctor` finds. It consists of plain values, so that JSON has all of it. */
export interface Diagnosis {
  /** The version of this package. */
  readonly version: string;
  /** Versions of TensorFlow.js' packages, as far as they are known, by their names. */
  readonly tensorflow: Readonly<Record<string, string>>;
  readonly runtime: Runtime;
  readonly webAssembly: WebAssemblySupport;
  readonly backends: readonly BackendDiagnosis[];
  /** Flags of this package, and those of TensorFlow.js that have been asked for. */
  readonly flags: Facts;
  /** What is wrong, or missing for more, and what helps. */
  readonly findings: readonly string[];
}
