import type {WebAssemblySupport} from './diagnosis.js';

/** A module without anything in it. */
const EMPTY = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];

/** A module of one function that returns a vector; its code follows. */
const vectorModule = (code: readonly number[]): readonly number[] => [
  ...EMPTY,
  ...[0x01, 0x05, 0x01, 0x60, 0x00, 0x01, 0x7b],
  ...[0x03, 0x02, 0x01, 0x00],
  ...[0x0a, code.length + 4, 0x01, code.length + 2, 0x00, ...code, 0x0b],
];

/** i32.const 0, then i8x16.splat. */
const SPLAT = [0x41, 0x00, 0xfd, 0x0f];

const SIMD = vectorModule(SPLAT);
/** With i8x16.relaxed_swizzle, of the relaxed SIMD proposal. */
const RELAXED_SIMD = vectorModule([...SPLAT, ...SPLAT, 0xfd, 0x80, 0x02]);

function runs(): boolean {
  try {
    // WebKit refuses instances where a policy forbids WebAssembly, others modules.
    new WebAssembly.Instance(new WebAssembly.Module(Uint8Array.from(EMPTY)));
    return true;
  } catch {
    return false;
  }
}

function sharesMemory(): boolean {
  try {
    const {buffer} = new WebAssembly.Memory({initial: 1, maximum: 1, shared: true});
    // A page that is not isolated has such a memory, but may not send it to a worker; it lacks the name.
    return typeof SharedArrayBuffer !== 'undefined' && buffer instanceof SharedArrayBuffer;
  } catch {
    return false;
  }
}

/** What WebAssembly is there. */
export function webAssemblySupport(): WebAssemblySupport {
  const exists = typeof WebAssembly === 'object';
  const validates = (bytes: readonly number[]): boolean => exists && WebAssembly.validate(Uint8Array.from(bytes));
  return {
    exists,
    runs: exists && runs(),
    simd: validates(SIMD),
    relaxedSimd: validates(RELAXED_SIMD),
    sharedMemory: exists && sharesMemory(),
  };
}
