import {KERNEL_RULES, kernelError} from '../../../src/errors.js';
import {BINARIES} from '../generated/binaries.js';
import {createThreadPool} from './thread_pool.js';
import type {Heap, CoreExports} from './exports.js';
import type {Core} from '../types.js';

/** Making a view costs as much as writing a plan, so one is kept until the memory has grown: then it is too short. */
function wordsOf(memory: WebAssembly.Memory): Core['words'] {
  let view = new Int32Array(memory.buffer);
  return bytes => {
    if (view.byteLength < bytes) view = new Int32Array(memory.buffer);
    return view;
  };
}

type Bytes = Uint8Array<ArrayBuffer>;

function bytesOf(base64: string): Bytes {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

/** Bit of the flags of a memory that is shared. */
const SHARED = 2;

/**
 * Makes a binary import a memory that is not shared. Atomic instructions run on either; waiting, which would not, is for
 * worker threads only.
 */
function unshare(binary: Bytes, memoryFlags: number): Bytes {
  const unshared = binary.slice();
  unshared[memoryFlags] &= ~SHARED;
  return unshared;
}

/** The binaries, from the best on, and the instructions that they use. */
const INSTRUCTIONS = {relaxedSimd: 'relaxed SIMD', simd: 'SIMD'} as const;
const BEST_FIRST = ['relaxedSimd', 'simd'] as const;

/** What this machine runs best: the binary, which takes a shared memory, and the module for one that is not. */
interface Compiled {
  readonly instructions: string;
  readonly binary: Bytes;
  readonly unshared: WebAssembly.Module;
}

/** A module without anything in it. */
const EMPTY = Uint8Array.of(0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00);

/** @throws where the page's policy forbids WebAssembly: Chromium and Firefox refuse modules, WebKit their instances. */
const requireWebAssembly = (): WebAssembly.Instance => new WebAssembly.Instance(new WebAssembly.Module(EMPTY));

let compiled: Compiled | null | undefined;

/**
 * Compiles at the first call; null where there is no SIMD, or where the page forbids it. Compiling is synchronous, as
 * kernels are: browsers allow that since 2023 (Chrome 114) whatever the size; before, Chrome threw above 4 KiB.
 */
function compile(): Compiled | null {
  if (typeof WebAssembly === 'undefined') return null;
  for (const name of BEST_FIRST) {
    const {base64, memoryFlags} = BINARIES[name];
    const binary = bytesOf(base64);
    const unshared = unshare(binary, memoryFlags);
    if (!WebAssembly.validate(unshared)) continue;
    try {
      requireWebAssembly();
      return {instructions: INSTRUCTIONS[name], binary, unshared: new WebAssembly.Module(unshared)};
    } catch {
      return null;
    }
  }
  return null;
}

/** Whether the core runs on this machine. */
export function hasCore(): boolean {
  if (compiled === undefined) compiled = compile();
  return compiled !== null;
}

/** What the core is on this machine, as a person reads it; undefined where it does not run. */
export const coreName = (): string | undefined => (hasCore() ? `WebAssembly, ${compiled?.instructions}` : undefined);

/** Whether threads share a memory. Pages that may not share any know no SharedArrayBuffer by its name. */
export const isShared = (memory: WebAssembly.Memory): boolean =>
  Object.prototype.toString.call(memory.buffer) === '[object SharedArrayBuffer]';

/** The core on a memory, with as many threads where that is shared. Default: the calling one. */
export function instantiate(heap: Heap, threads = 1): Core {
  if (!hasCore() || compiled == null) throw kernelError(KERNEL_RULES.simd, {hasCore: false});
  const shared = isShared(heap.memory);
  const module = shared ? new WebAssembly.Module(compiled.binary) : compiled.unshared;
  const instance = new WebAssembly.Instance(module, {env: {memory: heap.memory}});
  // The binary is ours: it exports what its sources say.
  const run = instance.exports as unknown as CoreExports;
  return {run, heap, words: wordsOf(heap.memory), threadPool: shared ? createThreadPool(module, heap, threads) : null};
}
