// The specs on tfjs' own kernels: shows that the harness itself runs and passes them all.
import '../setup.js';
import '../specs.js';
import {OURS, registered} from '../proof.js';

/** Called when the specs have run: what speaks against the mode's claim, and a note. */
export function verify(): {problems: string[]; note: string} {
  const kernels = registered();
  return {
    problems: OURS.filter(name => kernels.has(name)).map(name => `${name} is registered without tfjs-conv`),
    note: `${kernels.size} built-in kernels`,
  };
}
