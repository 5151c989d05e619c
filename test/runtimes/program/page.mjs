// The checks in a page, or in a module worker of it.
import {setThreadsCount, setWasmPaths} from '@tensorflow/tfjs-backend-wasm';
import {runChecks} from './checks.mjs';

/**
 * `base` is where the files of tfjs-backend-wasm lie. It has two threads where a page allows threads: by itself it takes
 * half of the processors, which is one on small machines.
 */
export function runInPage(base) {
  Object.defineProperty(navigator, 'hardwareConcurrency', {value: 4, configurable: true});
  setWasmPaths(base);
  setThreadsCount(2);
  return runChecks(['cpu', 'wasm', 'webgl']);
}
