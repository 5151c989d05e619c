// The proof that specs ran on our kernels in place of the built-in ones. Apart from proof.ts, which contains none of ours.
import {accelerate} from 'tfjs-conv/accelerate';
import {gpuErrors} from '../support/load/gpu_errors.js';
import {builtinConvolutions, countCalls, describeCalls, notServing, replaced} from './proof.js';

/** Specs that expect TensorFlow.js to refuse what is right where kernels run on ours. */
const LIFTED = [/^depthwiseConv2d gradients .* throws error on dilations > 1$/];

/**
 * Accelerates a backend; returns what is called when the specs have run: what speaks against it, a note, and specs that
 * expect errors which there are none of.
 */
export function accelerated(backendName: string): () => {problems: string[]; note: string; lifted: RegExp[]} {
  const before = builtinConvolutions(backendName);
  accelerate(backendName);
  const replacedNames = replaced(before, builtinConvolutions(backendName));
  const calls = countCalls(backendName);
  return () => ({
    problems: [...notServing(calls, replacedNames), ...gpuErrors.map(message => `the GPU has complained: ${message}`)],
    note: describeCalls(calls),
    lifted: LIFTED,
  });
}
