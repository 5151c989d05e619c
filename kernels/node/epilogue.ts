import type {Activation} from '../../src/geometry/options.js';
import type {EpilogueAttrs, EpilogueInputs} from '../../src/registry/kernel_names.js';
import {runOp, shaped} from './plain_ops.js';
import {handleOf, opWith} from './tensorflow.js';
import type {Handle, TensorFlow} from './tensorflow.js';

/** The op of each activation that has one. */
const OPS: {readonly [A in Exclude<Activation, 'linear' | 'prelu'>]: string} = {
  relu: 'Relu',
  relu6: 'Relu6',
  elu: 'Elu',
  sigmoid: 'Sigmoid',
  leakyrelu: 'LeakyRelu',
};

const biasAdd = {last: opWith('BiasAdd', {}), first: opWith('BiasAdd', {data_format: 'NCHW'})};

/** max(y, 0) - slope * max(-y, 0) */
function prelu(tf: TensorFlow, y: Handle, slopes: Handle): Handle {
  const negative = runOp(tf, 'Relu', [runOp(tf, 'Neg', [y])]);
  return runOp(tf, 'Sub', [runOp(tf, 'Relu', [y]), runOp(tf, 'Mul', [negative, slopes])]);
}

/** y = activation(y + bias), for y of any rank with the channels last or right after the batch. */
export function applyEpilogue(
  tf: TensorFlow,
  y: Handle,
  channelsLast: boolean,
  {bias, preluActivationWeights: slopes}: EpilogueInputs,
  {activation, leakyreluAlpha}: EpilogueAttrs,
): Handle {
  const sum =
    bias === undefined
      ? y
      : biasAdd[channelsLast ? 'last' : 'first'](tf, [y, shaped(tf, handleOf(tf, bias), [bias.size])]);
  if (activation === 'linear') return sum;
  if (activation === 'leakyrelu') return runOp(tf, OPS.leakyrelu, [sum], {alpha: {float: leakyreluAlpha}});
  if (activation !== 'prelu') return runOp(tf, OPS[activation], [sum]);
  if (slopes === undefined) return sum;
  const spatialAxes = channelsLast ? 0 : y.shape.length - 2;
  return prelu(tf, sum, shaped(tf, handleOf(tf, slopes), [slopes.size, ...new Array<number>(spatialAxes).fill(1)]));
}
