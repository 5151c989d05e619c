import {BACKENDS} from '../backends.js';
import {conformance} from '../conformance.js';

BACKENDS.forEach(conformance);
