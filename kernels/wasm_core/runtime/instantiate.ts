import {KERNEL_RULES, kernelError} from '../../../src/errors.js';
import {hasSimd, runsWebAssembly} from '../../../src/registry/web_assembly.js';
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

/** What Node decodes base64 with, where atob() takes longer than to compile. */
interface NodeBuffers {
  readonly Buffer?: {from(text: string, encoding: 'base64'): Uint8Array};
}

function bytesOf(base64: string): Bytes {
  // The types of the library are those of a page.
  const {Buffer} = globalThis as NodeBuffers;
  if (Buffer !== undefined) return new Uint8Array(Buffer.from(base64, 'base64'));
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
const BEST_FIRST = ['relaxedSimd', 'simd'] as const satisfies ReadonlyArray<keyof typeof BINARIES>;

/** What this machine runs best: the binary, which takes a shared memory, and the module for one that is not. */
interface Compiled {
  readonly instructions: string;
  readonly binary: Bytes;
  readonly unshared: WebAssembly.Module;
}

let compiled: Compiled | null | undefined;

/**
 * Compiles at the first call; null where there is no SIMD, or where the page forbids it. Compiling is synchronous, as
 * kernels are: browsers allow that since 2023 (Chrome 114) whatever the size; before, Chrome threw above 4 KiB.
 */
function compile(): Compiled | null {
  if (!runsWebAssembly()) return null;
  for (const name of BEST_FIRST) {
    // Asked of a few bytes: to decode and validate the binary as well takes as long as to compile it.
    if (!hasSimd(name)) continue;
    try {
      const {base64, memoryFlags} = BINARIES[name];
      const binary = bytesOf(base64);
      return {
        instructions: INSTRUCTIONS[name],
        binary,
        unshared: new WebAssembly.Module(unshare(binary, memoryFlags)),
      };
    } catch {
      // It lacks another of the instructions.
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
