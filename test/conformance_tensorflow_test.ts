import {BACKENDS} from './backends.js';
import {conformance} from './conformance.js';
import {nodeBackendRuns} from './node_backend.js';

BACKENDS.filter(({name}) => name === 'tensorflow').forEach(conformance);

if (!nodeBackendRuns) test.skip('backend tensorflow: npm run setup:node', () => undefined);
