/*
 * What WebAssembly a machine runs, asked with modules of a few bytes.
 */

/** A module without anything in it. */
const EMPTY: readonly number[] = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];

/** A module of one function that returns a vector; its code follows. */
const vectorModule = (code: readonly number[]): readonly number[] => [
  ...EMPTY,
  ...[0x01, 0x05, 0x01, 0x60, 0x00, 0x01, 0x7b],
  ...[0x03, 0x02, 0x01, 0x00],
  ...[0x0a, code.length + 4, 0x01, code.length + 2, 0x00, ...code, 0x0b],
];

/** i32.const 0, then i8x16.splat. */
const SPLAT: readonly number[] = [0x41, 0x00, 0xfd, 0x0f];

/** Modules with an instruction of a kind. That of the relaxed SIMD proposal is i8x16.relaxed_swizzle. */
const MODULES = {
  simd: vectorModule(SPLAT),
  relaxedSimd: vectorModule([...SPLAT, ...SPLAT, 0xfd, 0x80, 0x02]),
} as const;

const exists = (): boolean => typeof WebAssembly === 'object';

/** Whether WebAssembly knows vectors, or the instructions of relaxed SIMD. */
export const hasSimd = (kind: keyof typeof MODULES): boolean =>
  exists() && WebAssembly.validate(Uint8Array.from(MODULES[kind]));

/** Whether WebAssembly is there, and the page's policy lets it run. */
export function runsWebAssembly(): boolean {
  if (!exists()) return false;
  try {
    // WebKit refuses instances where a policy forbids WebAssembly, Chromium and Firefox refuse modules.
    new WebAssembly.Instance(new WebAssembly.Module(Uint8Array.from(EMPTY)));
    return true;
  } catch {
    return false;
  }
}
