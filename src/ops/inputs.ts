import {tensor, Tensor, util} from '@tensorflow/tfjs-core';
import type {TensorLike} from '@tensorflow/tfjs-core';
import {fail, RULES} from '../errors.js';
import type {ConvOptions, ConvTransposeOptions} from '../geometry/options.js';

const isList = (value: unknown): value is ArrayLike<unknown> & Iterable<unknown> =>
  Array.isArray(value) || util.isTypedArray(value ?? {});

/** Lengths of the lists within one another, by the first of each. */
const shapeOf = (value: unknown): number[] =>
  isList(value) ? [value.length, ...(value.length > 0 ? shapeOf(value[0]) : [])] : [];

/**
 * Whether value is nested lists of that shape with numbers in them. TensorFlow.js itself looks at the first row only,
 * and makes NaN or something else of what is no number.
 */
function holdsNumbers(value: unknown, [length, ...rest]: readonly number[]): boolean {
  if (length === undefined) return typeof value === 'number';
  if (!isList(value) || value.length !== length) return false;
  for (const element of value) {
    if (!holdsNumbers(element, rest)) return false;
  }
  return true;
}

/** A nested array of numbers. */
const isTensorLike = (value: unknown): value is TensorLike => isList(value) && holdsNumbers(value, shapeOf(value));

/**
 * A float32 tensor, out of one or of a nested array.
 * @throws if it is none, is disposed or has another dtype.
 */
export function floatTensor(op: string, name: string, value: unknown): Tensor {
  if (!(value instanceof Tensor)) {
    return isTensorLike(value) ? tensor(value, undefined, 'float32') : fail(op, RULES.tensor(name), name, value);
  }
  if (value.isDisposed) fail(op, RULES.disposed(name), `${name}.isDisposed`, true);
  if (value.dtype !== 'float32') fail(op, RULES.float32(name), `${name}.dtype`, value.dtype);
  return value;
}

type OptionName = keyof Required<ConvTransposeOptions>;

const LINEAR: readonly OptionName[] = ['strides', 'pad', 'dilations', 'groups', 'flipFilter'];
const CONV: readonly OptionName[] = [
  ...LINEAR,
  'dataFormat',
  'bias',
  'activation',
  'leakyreluAlpha',
  'preluActivationWeights',
];

/** The options of each kind of op. */
const KNOWN = {matrix: LINEAR, conv: CONV, transpose: [...CONV, 'outputShape', 'outputPadding']} as const;

function checkIsObject(op: string, options: unknown): asserts options is object {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    fail(op, RULES.options, 'options', options);
  }
}

/**
 * The options that are given: null, as JSON has it, stands for one that is left out. One that the op does not have is
 * rejected, as a misspelt one would silently do nothing.
 * @throws if options is no object or an option is unknown.
 */
export function checkNames<T extends object>(op: string, known: readonly string[], options: T): T {
  checkIsObject(op, options);
  let nulls = false;
  for (const [name, value] of Object.entries(options)) {
    nulls ||= value === null;
    if (value != null && !known.includes(name)) fail(op, RULES.option(known), 'option', name);
  }
  return nulls ? (Object.fromEntries(Object.entries(options).filter(([, value]) => value !== null)) as T) : options;
}

/**
 * Options with one more, which the op has as an argument of its own.
 * @throws if options is no object or holds it too, or if it was left out.
 */
export function withArgument(
  op: string,
  options: ConvOptions,
  name: 'groups' | 'dilations',
  value: number | number[] | undefined,
): ConvOptions {
  checkIsObject(op, options);
  if (options[name] != null) fail(op, RULES.twice(name), `options.${name}`, options[name]);
  if (value == null) fail(op, name === 'groups' ? RULES.groups : RULES.positive(name), name, value);
  return {...options, [name]: value};
}

/**
 * The options that are given.
 * @throws if options is no object, an option is unknown, or `flipFilter` is not boolean.
 */
export function checkOptions<T extends ConvOptions>(op: string, kind: keyof typeof KNOWN, options: T): T {
  const given = checkNames(op, KNOWN[kind], options);
  const {flipFilter = false} = given;
  if (typeof flipFilter !== 'boolean') fail(op, RULES.flip, 'flipFilter', flipFilter);
  return given;
}
