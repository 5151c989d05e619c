/** The predict call of TensorFlow Serving's REST API. */
import {badRequest} from './error.js';
import {type JsonObject, listOf, objectOf, parseJson, property} from './json.js';
import {checkCount, checkInputs} from './shapes.js';
import {elementCount, type ModelSpec, type Tensor, tensorOf, type TensorSpec} from './tensor.js';
import {elementsOf, jsonOf} from './values.js';

export interface PredictRequest {
  readonly inputs: readonly Tensor[];
  /** Whether the client sent one object an example ('instances'), and is answered so ('predictions'). */
  readonly byRows: boolean;
}

/** Reads {"instances": [...]} or {"inputs": ...} for a model. */
export function readPredict(spec: ModelSpec, body: Uint8Array): PredictRequest {
  const request = objectOf(parseJson(body, 'the request'), 'the request');
  const instances = property(request, 'instances');
  const inputs = property(request, 'inputs');
  if ((instances === undefined) === (inputs === undefined)) {
    throw badRequest('a request to predict has either instances or inputs');
  }
  const byRows = instances !== undefined;
  if (byRows && !spec.batches) throw badRequest('the model has no batch dimension; send inputs instead of instances');
  const values = byRows ? columnsOf(spec, listOf(instances, 'instances')) : namedOf(spec, inputs);
  const tensors = spec.inputs.map(input => tensorFrom(input, property(values, input.name), body.length));
  return {inputs: checkInputs(spec, tensors), byRows};
}

/** One value for each input; a model of one input may get it without its name. */
function namedOf(spec: ModelSpec, inputs: unknown): JsonObject {
  const [first, ...others] = spec.inputs;
  if (others.length === 0 && (Array.isArray(inputs) || typeof inputs !== 'object')) return {[first.name]: inputs};
  return objectOf(inputs, 'inputs');
}

/** Values of each input from those of each example. */
function columnsOf(spec: ModelSpec, instances: readonly unknown[]): JsonObject {
  const rows = instances.map(instance => {
    const isNamed =
      typeof instance === 'object' && instance !== null && spec.inputs.some(({name}) => Object.hasOwn(instance, name));
    return isNamed ? objectOf(instance, 'an instance') : namedOf(spec, instance);
  });
  return Object.fromEntries(spec.inputs.map(({name}) => [name, rows.map(row => property(row, name))]));
}

function tensorFrom({name, datatype, shape: wanted}: TensorSpec, value: unknown, maxElements: number): Tensor {
  if (value === undefined) throw badRequest(`input '${name}' is missing`);
  const shape: number[] = [];
  // What is no list at a depth where one is due fails below, with the other mistakes.
  for (let item: unknown = value; shape.length < wanted.length && Array.isArray(item); item = item[0])
    shape.push(item.length);
  if (shape.length !== wanted.length || shape.includes(0)) {
    throw badRequest(`input '${name}' has shape [${wanted}]; got data of shape [${shape}]`);
  }
  checkCount(name, datatype, shape, maxElements);
  const count = elementCount(shape);
  const data = shape.length === 0 ? [value] : value;
  return tensorOf(name, datatype, shape, kind => elementsOf(name, kind, shape, count, data));
}

/** The answer; a single output goes without its name, as TensorFlow Serving has it. */
export function writePredict(outputs: readonly Tensor[], byRows: boolean): JsonObject {
  const nested = outputs.map(tensor => ({name: tensor.name, values: nest(jsonOf(tensor), tensor.shape)}));
  if (!byRows)
    return {
      outputs:
        nested.length === 1 ? nested[0].values : Object.fromEntries(nested.map(({name, values}) => [name, values])),
    };
  const columns = nested.map(({name, values}) => ({name, rows: listOf(values, 'an output')}));
  const predictions = columns[0].rows.map((row, i) =>
    columns.length === 1 ? row : Object.fromEntries(columns.map(({name, rows}) => [name, rows[i]])),
  );
  return {predictions};
}

/** A flat list as lists within lists. */
function nest(flat: readonly unknown[], shape: readonly number[]): unknown {
  if (shape.length === 0) return flat[0];
  return shape.reduceRight<readonly unknown[]>((list, size, axis) => (axis === 0 ? list : chunks(list, size)), flat);
}

function chunks(list: readonly unknown[], size: number): unknown[][] {
  return Array.from({length: size === 0 ? 0 : list.length / size}, (_, i) => list.slice(i * size, (i + 1) * size));
}
