import {add, fused, matMul} from '@tensorflow/tfjs-core';
import type {OpExecutor} from '@tensorflow/tfjs-converter';
import {applyStep, resolveActivation} from '../../ops/epilogue.js';
import type {EpilogueTarget} from '../../ops/epilogue.js';
import {scoped} from '../../ops/scoped.js';
import {readFusedSteps} from './fused_steps.js';
import {nodeInput} from './node_inputs.js';

const OP = '_FusedMatMul';

/**
 * matMul(a, b) + bias, and what `fused_ops` has after BiasAdd. Where TensorFlow's optimizer finds a sum of two products, as
 * recurrent layers have them, the bias is a matrix, which the wasm backend of TensorFlow.js refuses; and where a is transposed
 * it adds elements of the bias to the wrong columns.
 */
export const fusedMatMul: OpExecutor = node => {
  const {attrs, inputs} = node;
  const [a, b, bias] = ['a', 'b', 'bias'].map((name, i) => nodeInput(OP, node, i, name));
  const [transposeA, transposeB] = [attrs.transpose_a === true, attrs.transpose_b === true];
  const [, ...steps] = [attrs.fused_ops].flat();
  return scoped(OP, () => {
    const isPlain = bias.rank < 2 && !transposeA && !transposeB;
    const product = isPlain ? fused.matMul({a, b, bias}) : add(matMul(a, b, transposeA, transposeB), bias);
    const channels = product.shape[product.rank - 1];
    const target: EpilogueTarget = {channels, shape: product.shape, channelAxisFromEnd: 1};
    const after = {op: OP, attrs: {...attrs, fused_ops: steps as string[]}, args: inputs.slice(3), channels};
    const {options, finish} = readFusedSteps(after);
    return finish(applyStep(product, resolveActivation(OP, options, target), target), target);
  });
};
