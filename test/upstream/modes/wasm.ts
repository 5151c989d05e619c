// The specs on our wasm kernels in place of the built-in ones.
import '../setup_wasm.js';
import '../specs.js';
import 'tfjs-conv/wasm';
import {accelerate} from 'tfjs-conv/accelerate';
import {builtinConvolutions, countCalls, describeCalls, notServing, replaced} from '../proof.js';

const before = builtinConvolutions('wasm');
accelerate('wasm');
const replacedNames = replaced(before, builtinConvolutions('wasm'));
const calls = countCalls('wasm');

export function verify(): {problems: string[]; note: string} {
  return {problems: notServing(calls, replacedNames), note: describeCalls(calls)};
}
