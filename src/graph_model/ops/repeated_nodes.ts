import {engine} from '@tensorflow/tfjs-core';
import type {Tensor} from '@tensorflow/tfjs-core';
import type {GraphNode} from '@tensorflow/tfjs-converter';
import {completeError} from '../../errors.js';
import type {ConvNDCall} from '../../registry/kernel_names.js';
import {repeatingAttrs} from '../../registry/register.js';
import {createMissed, isLike} from '../../registry/repeats.js';
import {runKernel} from '../../registry/run_kernel.js';
import type {Attrs} from './node_options.js';

/*
 * Nodes that are repeated (src/registry/repeats.ts): a node has the same attributes at every run, and mostly the same
 * inputs but for x.
 */

/** A run of a node. */
interface Kept extends ConvNDCall {
  readonly xShape: readonly number[];
  readonly nodeInputs: readonly Tensor[];
  readonly filterData: object;
}

const runs = new WeakMap<Attrs, Kept>();
const isToKeep = createMissed();

/** Whether no gradient is recorded: with one, an activation is another kernel. */
const isUnrecorded = (): boolean => engine().state.gradientDepth === 0;

/** Whether the inputs of a node, but for x, are the ones that it had, or values of the kind. */
function hasInputs(inputs: readonly Tensor[], {nodeInputs, filterData, inputs: {filter}}: Kept): boolean {
  if (inputs.length !== nodeInputs.length || filter.dataId !== filterData) return false;
  for (let i = 1; i < inputs.length; i++) if (inputs[i] !== nodeInputs[i] || inputs[i].isDisposed) return false;
  return true;
}

/** The result of a node whose run repeats one; undefined where it does not. */
export function repeatNode(op: string, {inputs, attrs}: GraphNode): Tensor | undefined {
  const kept = runs.get(attrs);
  if (kept === undefined) return undefined;
  const [x] = inputs;
  if (!isUnrecorded() || !hasInputs(inputs, kept) || !isLike(x, kept.xShape)) return undefined;
  if (!engine().state.tensorInfo.has(x.dataId)) return undefined;
  try {
    return runKernel('ConvND', {...kept.inputs, x}, kept.attrs);
  } catch (error) {
    completeError(error, op, shapes => shapes);
    throw error;
  }
}

/** Keeps the run of a node that is this call, where it can be repeated, and the node runs again. */
export function keepNode(node: GraphNode, {inputs, attrs}: ConvNDCall): void {
  const {x, filter, bias, preluActivationWeights} = inputs;
  const isOwn = (t: Tensor | undefined): boolean => t === undefined || node.inputs.includes(t);
  if (!isUnrecorded() || ![filter, bias, preluActivationWeights].every(isOwn)) return;
  if (!isToKeep(node.attrs, filter.dataId, attrs.geometry)) return;
  const repeating = repeatingAttrs({inputs, attrs});
  if (repeating === undefined) return;
  runs.set(node.attrs, {
    xShape: [...x.shape],
    nodeInputs: [...node.inputs],
    filterData: filter.dataId,
    inputs,
    attrs: repeating,
  });
}
