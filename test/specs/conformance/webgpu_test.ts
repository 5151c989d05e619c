// Written by `npm run backends`, from kernels/backends.json.
import {conformanceOf} from '../../support/conformance.js';

conformanceOf('webgpu');
