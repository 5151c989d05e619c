// The specs on our kernels for tfjs-node in place of the built-in ones.
import '../setup_tensorflow.js';
import '../specs.js';
import 'tfjs-conv/node';
import {accelerate} from 'tfjs-conv/accelerate';
import {builtinConvolutions, countCalls, describeCalls, notServing, replaced} from '../proof.js';

const before = builtinConvolutions('tensorflow');
accelerate('tensorflow');
const replacedNames = replaced(before, builtinConvolutions('tensorflow'));
const calls = countCalls('tensorflow');

export function verify(): {problems: string[]; note: string} {
  return {problems: notServing(calls, replacedNames), note: describeCalls(calls)};
}
