import {BACKENDS} from '../support/backends.js';
import {conformance} from '../support/conformance.js';
import {nodeBackendRuns} from '../support/node_backend.js';

BACKENDS.filter(({name}) => name === 'tensorflow').forEach(conformance);

if (!nodeBackendRuns) test.skip('backend tensorflow: npm run setup:node', () => undefined);
