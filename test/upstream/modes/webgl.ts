// The specs on our kernels for webgl in place of the built-in ones.
import '../setup_webgl.js';
import '../specs.js';
import {accelerate} from 'tfjs-conv/accelerate';
import {builtinConvolutions, countCalls, describeCalls, notServing, replaced} from '../proof.js';

const before = builtinConvolutions('webgl');
accelerate('webgl');
const replacedNames = replaced(before, builtinConvolutions('webgl'));
const calls = countCalls('webgl');

export function verify(): {problems: string[]; note: string} {
  return {problems: notServing(calls, replacedNames), note: describeCalls(calls)};
}
