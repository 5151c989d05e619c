import {existsSync} from 'node:fs';
import {createRequire} from 'node:module';
import {resolve} from 'node:path';

const INSTALLED = resolve(process.cwd(), 'node_modules/@tensorflow/tfjs-node');

/**
 * Whether tfjs-node has been set up, which `npm test` does (scripts/setup_node.mjs). Where the tests are to prove
 * something, in continuous integration, it has to be there. There is none of the next TensorFlow.js.
 */
export const nodeBackendRuns =
  (existsSync(INSTALLED) || process.env.CI === 'true') && process.env.TFJS_CONV_TEST_TFJS !== 'next';

// Registers backend 'tensorflow', and throws where its native library does not load.
if (nodeBackendRuns) createRequire(resolve(process.cwd(), 'package.json'))('@tensorflow/tfjs-node');
