import {BINARIES} from './binaries.js';
import {startTeam} from './team.js';
import type {Team} from './team.js';

/** What the binaries export; see assembly/. Pointers are byte offsets in the memory. */
export interface CoreExports {
  convolve(conv: number, from: number, end: number): void;
  scratchBytes(conv: number): number;
  backpropFilter(conv: number, from: number, end: number): void;
  backpropFilterScratchBytes(conv: number): number;
  packPanels(
      to: number, from: number, parts: number, taps: number, rows: number, columns: number, part: number, row: number,
      column: number): void;
  packVectors(to: number, from: number, parts: number, taps: number, columns: number): void;
  multiply(
      rows: number, columns: number, depth: number, a: number, aRow: number, aDepth: number, b: number,
      panelDepth: number, first: number, c: number, cRow: number, init: number, initRow: number, limits: number): void;
  depthwise(conv: number, from: number, end: number): void;
  depthwiseBackpropFilter(conv: number, from: number, end: number): void;
  depthwiseScratchBytes(conv: number): number;
  grouped(conv: number, from: number, end: number): void;
  groupedScratchBytes(conv: number): number;
  groupedBackpropFilter(conv: number, from: number, end: number): void;
  groupedBackpropFilterScratchBytes(conv: number): number;
  expand(to: number, from: number, count: number, copies: number): void;
  contract(to: number, from: number, count: number, parts: number): void;
  finishRows(
      c: number, cRow: number, rows: number, columns: number, bias: number, activation: number, slopes: number,
      slopeStep: number): void;
  transpose(to: number, from: number, rows: number, columns: number): void;
  winograd(conv: number, size: number, streamed: number, from: number, end: number): void;
  winogradScratchBytes(conv: number, size: number, streamed: number): number;
  winogradFilterBytes(n: number, planes: number, channels: number, columns: number): number;
  transformFilter(
      n: number, to: number, from: number, parts: number, planes: number, channels: number, columns: number,
      part: number, row: number, column: number, passes: number): void;
  streamFilterBytes(depth: number, columns: number): number;
  packStream(
      to: number, from: number, parts: number, planes: number, channels: number, columns: number, part: number,
      row: number, column: number): void;
  winogradBackpropFilter(conv: number, size: number, from: number, end: number): number;
  winogradBackpropFilterScratchBytes(conv: number, size: number): number;
  depthwiseFilterBytes(taps: number, channels: number): number;
  packDepthwise(to: number, from: number, list: number, taps: number, channels: number): void;
  lead(team: number): number;
}

/** Memory that the core computes in. `malloc` gives 16-byte aligned memory, and throws where there is none left. */
export interface Heap {
  readonly memory: WebAssembly.Memory;
  malloc(bytes: number): number;
  free(pointer: number): void;
}

/** The core on one memory. */
export interface Core {
  readonly run: CoreExports;
  readonly heap: Heap;
  /** The memory as 32-bit words, at least its first `bytes`; good until the next allocation. */
  readonly words: (bytes: number) => Int32Array;
  /** Threads to compute with; null where the calling one is alone. */
  readonly team: Team|null;
}

/** Making a view costs as much as writing a plan, so one is kept until the memory has grown: then it is too short. */
function wordsOf(memory: WebAssembly.Memory): Core['words'] {
  let view = new Int32Array(memory.buffer);
  return bytes => {
    if (view.byteLength < bytes) view = new Int32Array(memory.buffer);
    return view;
  };
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64);
  return Uint8Array.from({length: text.length}, (_, i) => text.charCodeAt(i));
}

/** The binary that this machine runs best, by whether the memory is shared between threads. */
type Compiled = {readonly [memory in 'unshared'|'shared']: WebAssembly.Module}|null;

let compiled: Compiled|undefined;

const moduleOf = (base64: string): WebAssembly.Module => new WebAssembly.Module(bytesOf(base64));

/**
 * Compiles at the first call; null where there is no SIMD, or where the page forbids it. Compiling is synchronous, as
 * kernels are: browsers allow that since 2023 (Chrome 114) whatever the size; before, Chrome threw above 4 KiB.
 */
function compile(): Compiled {
  if (typeof WebAssembly === 'undefined') return null;
  const forms = [[BINARIES.relaxedSimd, BINARIES.relaxedSimdShared], [BINARIES.simd, BINARIES.simdShared]];
  const form = forms.find(([unshared]) => WebAssembly.validate(bytesOf(unshared)));
  if (form === undefined) return null;
  try {
    return {unshared: moduleOf(form[0]), shared: moduleOf(form[1])};
  } catch {
    return null;
  }
}

/** Whether the core runs on this machine. */
export function hasCore(): boolean {
  if (compiled === undefined) compiled = compile();
  return compiled !== null;
}

/** Whether threads share a memory. Pages that may not share any know no SharedArrayBuffer by its name. */
const isShared = (memory: WebAssembly.Memory): boolean =>
    Object.prototype.toString.call(memory.buffer) === '[object SharedArrayBuffer]';

/** The core on a memory, with as many threads where that is shared. Default: the calling one. */
export function instantiate(heap: Heap, threads = 1): Core {
  if (!hasCore() || compiled == null) throw new Error('tfjs-conv: this machine runs no WebAssembly SIMD');
  const shared = isShared(heap.memory);
  const binary = compiled[shared ? 'shared' : 'unshared'];
  const instance = new WebAssembly.Instance(binary, {env: {memory: heap.memory}});
  // The binary is ours: it exports what its sources say.
  const run = instance.exports as unknown as CoreExports;
  return {run, heap, words: wordsOf(heap.memory), team: shared ? startTeam(binary, heap, threads) : null};
}
