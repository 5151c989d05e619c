import {BACKENDS} from './backends.js';
import {conformance} from './conformance.js';

BACKENDS.filter(({name}) => name === 'wasm').forEach(conformance);
