import {product} from '../../../src/geometry/conv.js';
import type {Epilogue} from '../../gpu/planned_conv.js';
import type {Scratch} from '../device/scratch.js';
import type {EpilogueKind} from '../wgsl/epilogue.js';
import {inputBinding} from './tensors.js';

/** The epilogue for a program: its kind, and what it binds. */
export function readEpilogue(scratch: Scratch, {inputs: {bias, preluActivationWeights: slopes}, attrs}: Epilogue) {
  const kind: EpilogueKind = {
    bias: bias !== undefined,
    slopes: slopes !== undefined,
    activation: attrs.activation,
  };
  const tensors = [bias, slopes].filter(tensor => tensor !== undefined);
  return {
    kind,
    tensors,
    resources: tensors.map(tensor => inputBinding(scratch, tensor)),
    uniforms: {
      biasSize: bias === undefined ? 1 : product(bias.shape),
      slopesSize: slopes === undefined ? 1 : product(slopes.shape),
      alpha: attrs.leakyreluAlpha,
    },
  };
}
