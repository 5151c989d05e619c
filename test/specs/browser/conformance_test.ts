import {BACKENDS} from '../../support/backends.js';
import {conformance} from '../../support/conformance.js';

BACKENDS.forEach(conformance);
