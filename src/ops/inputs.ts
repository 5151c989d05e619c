import {tensor, Tensor} from '@tensorflow/tfjs-core';
import type {TensorLike} from '@tensorflow/tfjs-core';
import {fail, RULES} from '../errors.js';
import type {ConvOptions, ConvTransposeOptions} from '../geometry/options.js';

const isArray = (value: unknown): value is TensorLike => Array.isArray(value) || ArrayBuffer.isView(value);

function arrayToTensor(op: string, name: string, value: TensorLike): Tensor {
  try {
    return tensor(value, undefined, 'float32');
  } catch {
    // What is wrong with the array (ragged, not numbers) is in the rule.
    return fail(op, RULES.tensor(name), name, value);
  }
}

/**
 * A float32 tensor, out of one or of a nested array.
 * @throws if it is none, is disposed or has another dtype.
 */
export function floatTensor(op: string, name: string, value: unknown): Tensor {
  if (!(value instanceof Tensor)) {
    return isArray(value) ? arrayToTensor(op, name, value) : fail(op, RULES.tensor(name), name, value);
  }
  if (value.isDisposed) fail(op, RULES.disposed(name), `${name}.isDisposed`, true);
  if (value.dtype !== 'float32') fail(op, RULES.float32(name), `${name}.dtype`, value.dtype);
  return value;
}

type OptionName = keyof Required<ConvTransposeOptions>;

const LINEAR: readonly OptionName[] = ['strides', 'pad', 'dilations', 'groups', 'flipFilter'];
const CONV: readonly OptionName[] =
    [...LINEAR, 'dataFormat', 'bias', 'activation', 'leakyreluAlpha', 'preluActivationWeights'];

/** The options of each kind of op. */
const KNOWN = {matrix: LINEAR, conv: CONV, transpose: [...CONV, 'outputShape', 'outputPadding']} as const;

/**
 * Rejects an option that the op does not have: a misspelt one would silently do nothing.
 * @throws if an option is unknown or `flipFilter` is not boolean.
 */
export function checkOptions(op: string, kind: keyof typeof KNOWN, options: ConvOptions): void {
  if (typeof options !== 'object' || options === null) fail(op, RULES.options, 'options', options);
  const known: readonly string[] = KNOWN[kind];
  for (const [name, value] of Object.entries(options)) {
    if (value !== undefined && !known.includes(name)) fail(op, RULES.option(known), 'option', name);
  }
  const {flipFilter = false} = options;
  if (typeof flipFilter !== 'boolean') fail(op, RULES.flip, 'flipFilter', flipFilter);
}
