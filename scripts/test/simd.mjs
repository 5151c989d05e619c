// The WebAssembly core is two binaries, and a machine takes the one with relaxed SIMD where it runs. Tests need both.
import {spawnSync} from 'node:child_process';

/** A module of one function that uses an instruction of relaxed SIMD, i8x16.relaxed_swizzle. */
const MODULE = [
  0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00, 0x01, 0x05, 0x01, 0x60, 0x00, 0x01, 0x7b, 0x03, 0x02, 0x01, 0x00,
  0x0a, 0x0f, 0x01, 0x0d, 0x00, 0x41, 0x00, 0xfd, 0x0f, 0x41, 0x00, 0xfd, 0x0f, 0xfd, 0x80, 0x02, 0x0b,
];
const QUESTION = `WebAssembly.validate(new Uint8Array([${MODULE}]))`;

/** Whether this Node runs relaxed SIMD with these flags; one that does not know the flags does not. */
const runsRelaxed = flags =>
  spawnSync(process.execPath, [...flags, '--print', QUESTION], {encoding: 'utf8'}).stdout.trim() === 'true';

/**
 * Flags of Node and variables for the binary that it does not take by itself.
 * @throws where it has only one.
 */
export function otherSimd() {
  if (runsRelaxed([])) return {flags: [], env: {TFJS_CONV_TEST_SIMD: 'strict'}};
  const flags = ['--experimental-wasm-relaxed-simd'];
  if (runsRelaxed(flags)) return {flags, env: {}};
  throw new Error(`Node ${process.versions.node} runs no relaxed SIMD`);
}
