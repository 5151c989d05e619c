// What a page of test files does: it runs one of them on one backend, both of which its address names.
import {setBackend} from '@tensorflow/tfjs';
import '../../support/entry_points.js';
import {installGlobals, runFile} from './runner.js';
import type {Report} from './report.js';

const parameters = new URLSearchParams(location.search);
const named = (name: string): string => parameters.get(name) ?? '';

globalThis.tfjsConvTestPage = {backend: named('backend')};
installGlobals();
globalThis.tfjsConvRun = async (): Promise<Report> => {
  // Test files may make tensors while they are loaded.
  await setBackend(named('backend'));
  return runFile(`/tests/${named('file')}_test.js`, named('grep'));
};
