import {fail, RULES} from '../errors.js';
import type {ConvOptions} from '../geometry/options.js';
import {looking} from './looking.js';

/** Options of the linear map itself. */
const MAP_OPTIONS: ReadonlyArray<keyof Required<ConvOptions>> = ['strides', 'pad', 'dilations', 'groups', 'flipFilter'];
/** Those of a convolution. */
export const CONV_OPTIONS: ReadonlyArray<keyof Required<ConvOptions>> = [
  ...MAP_OPTIONS,
  'dataFormat',
  'bias',
  'activation',
  'leakyreluAlpha',
  'preluActivationWeights',
];

/** The options of each kind of op. */
const KNOWN = {
  matrix: MAP_OPTIONS,
  conv: CONV_OPTIONS,
  transpose: [...CONV_OPTIONS, 'outputShape', 'outputPadding'],
} as const;

type Values = Readonly<Record<string, unknown>>;

/** Objects of one's own classes and of modules; not maps, dates, promises, boxed values and the like. */
const OBJECT_TAGS: readonly string[] = ['[object Object]', '[object Module]'];

function checkIsObject(op: string, options: unknown): asserts options is Values {
  // A proxy may throw.
  const isObject = looking(
    false,
    () =>
      typeof options === 'object' &&
      options !== null &&
      (Object.getPrototypeOf(options) === Object.prototype ||
        OBJECT_TAGS.includes(Object.prototype.toString.call(options))),
  );
  if (!isObject) fail(op, RULES.options, 'options', options);
}

/** What all objects inherit, which is nobody's option. */
const isInherited = (name: string): boolean => name in Object.prototype;

function checkName(op: string, known: readonly string[], options: Values, name: string): void {
  if (!known.includes(name) && !isInherited(name) && options[name] != null) {
    fail(op, RULES.option(known), 'option', name);
  }
}

/** Checks the getters of the classes that the options are of: properties which no loop over an object shows. */
function checkGetters(op: string, known: readonly string[], options: Values): void {
  for (let holder: unknown = options; ;) {
    holder = Object.getPrototypeOf(holder);
    if (holder === Object.prototype || typeof holder !== 'object' || holder === null) return;
    for (const [name, {get}] of Object.entries(Object.getOwnPropertyDescriptors(holder))) {
      if (get !== undefined) checkName(op, known, options, name);
    }
  }
}

/** No list of an option is longer. */
const LONGEST = 8;

/** Lists are copied: they are the caller's to change, and their elements may be getters. */
function copyOf(value: unknown): unknown {
  if (!Array.isArray(value) || value.length > LONGEST) return value;
  const copy: unknown[] = [];
  for (let i = 0; i < value.length; i++) copy.push(copyOf(value[i]));
  return copy;
}

/**
 * The options that are given, each read once: own and inherited ones, values and getters. null, as JSON has it, means
 * one that is left out. One that the op does not have is rejected, as a misspelt one would silently do nothing. Symbols
 * are never names of options, so properties under them are ignored.
 * @throws if options is no object or an option is unknown.
 */
export function readOptions<T extends object>(op: string, known: readonly string[], options: T): T {
  checkIsObject(op, options);
  for (const name in options) checkName(op, known, options, name);
  checkGetters(op, known, options);
  const given: Record<string, unknown> = {};
  for (const name of known) {
    const value: unknown = options[name];
    if (value != null) given[name] = copyOf(value);
  }
  // A type says nothing of what JavaScript passes: whoever uses a value checks it.
  return given as T;
}

/**
 * Options with one more, which the op has as an argument of its own.
 * @throws if an option is unknown or the options hold it too, or if it was left out.
 */
export function withArgument(
  op: string,
  options: ConvOptions,
  name: 'groups' | 'dilations',
  value: number | number[] | undefined,
): ConvOptions {
  const given = readOptions(op, KNOWN.conv, options);
  if (given[name] !== undefined) fail(op, RULES.twice(name), `options.${name}`, given[name]);
  if (value == null) fail(op, name === 'groups' ? RULES.groups : RULES.positive(name), name, value);
  return {...given, [name]: value};
}

/**
 * The options that are given to an op of that kind.
 * @throws if options is no object, an option is unknown, or `flipFilter` is not boolean.
 */
export function readConvOptions<T extends ConvOptions>(op: string, kind: keyof typeof KNOWN, options: T): T {
  const given = readOptions(op, KNOWN[kind], options);
  const {flipFilter = false} = given;
  if (typeof flipFilter !== 'boolean') fail(op, RULES.flip, 'flipFilter', flipFilter);
  return given;
}
