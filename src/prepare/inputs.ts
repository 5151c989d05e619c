import {engine, Tensor, zeros} from '@tensorflow/tfjs-core';
import type {DataType, NamedTensorMap} from '@tensorflow/tfjs-core';
import {fail, MAX_RANK, MODEL_RULES, RULES} from '../errors.js';
import {ensureElements} from '../geometry/validate.js';

/** What a model is called with. */
export type ModelInputs = Tensor | Tensor[] | NamedTensorMap;

/** An input: a tensor, or the shape of one. */
export type InputOrShape = Tensor | readonly number[];

/** The inputs of a model: one, a list of them in the model's order, or a map by their names. */
export type PrepareInputs = InputOrShape | readonly InputOrShape[] | {readonly [name: string]: InputOrShape};

/** Inputs, and what of them was made for the purpose. */
interface ReadInputs {
  readonly inputs: ModelInputs;
  readonly made: Tensor[];
}

/** What models tell of an input. */
interface InputInfo {
  readonly name?: unknown;
  readonly dtype?: unknown;
}

/** What a model says of its inputs; nothing where it does not. */
function infosOf(model: unknown): readonly InputInfo[] {
  const {inputs} = model as {readonly inputs?: unknown};
  return Array.isArray(inputs) ? (inputs as InputInfo[]) : [];
}

const isZeroable = (dtype: unknown): dtype is DataType => ['float32', 'int32', 'bool'].includes(String(dtype));

const isShape = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every(size => typeof size === 'number');

function checkShape(op: string, name: string, shape: readonly number[]): void {
  const isSizes = shape.length <= MAX_RANK && shape.every(size => Number.isInteger(size) && size >= 0);
  if (!isSizes) fail(op, MODEL_RULES.inputShape(name), name, shape);
  ensureElements(op, name, shape);
}

/** A check of an input, which returns what makes it: nothing is made before all are checked. */
function readInput(op: string, name: string, value: unknown, dtype: unknown, made: Tensor[]): () => Tensor {
  if (value instanceof Tensor) {
    if (value.isDisposed) fail(op, RULES.disposed(name), `${name}.isDisposed`, true);
    if (!engine().state.tensorInfo.has(value.dataId)) fail(op, RULES.foreign(name), `${name}.dataId`, value.dataId);
    return () => value;
  }
  if (!isShape(value)) fail(op, MODEL_RULES.input(name), name, value);
  checkShape(op, name, value);
  if (dtype !== undefined && !isZeroable(dtype)) fail(op, MODEL_RULES.inputDtype(name), `${name}.dtype`, dtype);
  return () => {
    const filled = zeros([...value], dtype);
    made.push(filled);
    return filled;
  };
}

/** Names of a graph's inputs end in the number of the output that they are. */
const plainName = (name: unknown): string => String(name).replace(/:0$/, '');

/** Whether a model takes its inputs as a list only, in the order of its names: LayersModels do. */
const takesList = (model: unknown): model is {readonly inputNames: readonly string[]} => {
  const {layers, inputNames} = model as Readonly<Record<string, unknown>>;
  return Array.isArray(layers) && Array.isArray(inputNames);
};

function readMap(op: string, model: unknown, given: Readonly<Record<string, unknown>>, made: Tensor[]): ModelInputs {
  const infos = infosOf(model);
  const names = Object.keys(given);
  const ready = names.map(name =>
    readInput(
      op,
      `inputs.${name}`,
      given[name],
      infos.find(info => plainName(info.name) === plainName(name))?.dtype,
      made,
    ),
  );
  if (!takesList(model)) return Object.fromEntries(names.map((name, i) => [name, ready[i]()]));
  const {inputNames} = model;
  if (names.length !== inputNames.length || !inputNames.every(name => name in given)) {
    fail(op, MODEL_RULES.inputNames(inputNames), 'names', names);
  }
  return inputNames.map(name => ready[names.indexOf(name)]());
}

/**
 * The inputs to call a model with, of zeros where only their shape is given.
 * @throws if something is neither a tensor nor a shape.
 */
export function readInputs(op: string, model: unknown, given: unknown): ReadInputs {
  const made: Tensor[] = [];
  const infos = infosOf(model);
  const done = (inputs: ModelInputs): ReadInputs => ({inputs, made});
  if (given instanceof Tensor || isShape(given)) return done(readInput(op, 'inputs', given, infos[0]?.dtype, made)());
  if (Array.isArray(given)) {
    const ready = given.map((value: unknown, i) => readInput(op, `inputs[${i}]`, value, infos[i]?.dtype, made));
    return done(ready.map(make => make()));
  }
  if (Object.prototype.toString.call(given) !== '[object Object]') fail(op, MODEL_RULES.inputs, 'inputs', given);
  return done(readMap(op, model, given as Readonly<Record<string, unknown>>, made));
}
