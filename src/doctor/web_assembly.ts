import {hasSimd, runsWebAssembly} from '../registry/web_assembly.js';
import type {WebAssemblySupport} from './diagnosis.js';

function sharesMemory(): boolean {
  try {
    const {buffer} = new WebAssembly.Memory({initial: 1, maximum: 1, shared: true});
    // A page that is not isolated has such a memory, but may not send it to a worker; it lacks the name.
    return typeof SharedArrayBuffer !== 'undefined' && buffer instanceof SharedArrayBuffer;
  } catch {
    return false;
  }
}

/** What WebAssembly is there. */
export function webAssemblySupport(): WebAssemblySupport {
  const exists = typeof WebAssembly === 'object';
  return {
    exists,
    runs: runsWebAssembly(),
    simd: hasSimd('simd'),
    relaxedSimd: hasSimd('relaxedSimd'),
    sharedMemory: exists && sharesMemory(),
  };
}
