// The specs after accelerate and restore: the built-in kernels are back, and ours stay out of the way.
import '../setup.js';
import '../specs.js';
import 'tfjs-conv/cpu';
import {accelerate} from 'tfjs-conv/accelerate';
import {builtinConvolutions, countCalls, describeCalls, replaced} from '../proof.js';

const before = builtinConvolutions();
const restore = accelerate('cpu');
const whileAccelerated = replaced(before, builtinConvolutions());
restore();
const stillReplaced = replaced(before, builtinConvolutions());
const calls = countCalls();

export function verify(): {problems: string[]; note: string} {
  const problems = stillReplaced.map(name => `${name} is not the identical built-in config after restore`);
  if (!whileAccelerated.includes('Conv2D')) {
    problems.push('accelerate did not replace Conv2D, so restore proves nothing');
  }
  for (const [name, count] of calls) {
    if (count > 0) {
      problems.push(`${name} was called ${count} times after restore`);
    }
  }
  return {
    problems,
    note: `${whileAccelerated.length} kernels replaced and restored; calls after: ${describeCalls(calls)}`,
  };
}
