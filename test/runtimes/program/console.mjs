// The checks in Node, Deno and Bun.
import '@tensorflow/tfjs-backend-wasm';
import {runChecks} from './checks.mjs';

console.log(JSON.stringify(await runChecks(['cpu', 'wasm'])));
