// What a page does: it runs one test file on one backend, both of which its address names.
import {setWasmPaths} from '@tensorflow/tfjs-backend-wasm';
import {installGlobals, runFile} from './runner.js';
import type {FileReport} from './runner.js';

declare global {
  var tfjsConvRun: () => Promise<FileReport>;
}

const parameters = new URLSearchParams(location.search);
const named = (name: string): string => parameters.get(name) ?? '';

globalThis.tfjsConvTestPage = {backend: named('backend')};
installGlobals();
setWasmPaths('/wasm/');
globalThis.tfjsConvRun = () => runFile(`/tests/${named('file')}_test.js`, named('grep'));
