// The specs on our cpu kernels in place of the built-in ones.
import '../setup.js';
import '../specs.js';
import 'tfjs-conv/cpu';
import {accelerate} from 'tfjs-conv/accelerate';
import {builtinConvolutions, countCalls, describeCalls, notServing, replaced} from '../proof.js';

const before = builtinConvolutions();
accelerate('cpu');
const replacedNames = replaced(before, builtinConvolutions());
const calls = countCalls();

export function verify(): {problems: string[]; note: string} {
  return {problems: notServing(calls, replacedNames), note: describeCalls(calls)};
}
