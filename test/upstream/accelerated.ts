// The proof that specs ran on our kernels in place of the built-in ones. Apart from proof.ts, which contains none of ours.
import {accelerate} from 'tfjs-conv/accelerate';
import {builtinConvolutions, countCalls, describeCalls, notServing, replaced} from './proof.js';

/** Accelerates a backend; returns what is called when the specs have run: what speaks against it, and a note. */
export function accelerated(backendName: string): () => {problems: string[]; note: string} {
  const before = builtinConvolutions(backendName);
  accelerate(backendName);
  const replacedNames = replaced(before, builtinConvolutions(backendName));
  const calls = countCalls(backendName);
  return () => ({problems: notServing(calls, replacedNames), note: describeCalls(calls)});
}
