/** Requests for inference of the Open Inference Protocol, with and without the binary tensor extension. */
import {readBinary} from './binary.js';
import {badRequest, quoted} from './error.js';
import {flagOf, type JsonObject, listOf, objectOf, parametersOf, parseJson, property, stringOf} from './json.js';
import {checkCount, checkInputs} from './shapes.js';
import {elementCount, type ModelSpec, type Tensor, tensorOf, type TensorSpec} from './tensor.js';
import {elementsOf} from './values.js';

export interface RequestedOutput {
  readonly name: string;
  /** As binary data behind the JSON. */
  readonly binary: boolean;
}

export interface InferRequest {
  readonly id: string | undefined;
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly RequestedOutput[];
  /** After how many milliseconds the client no longer wants the answer. */
  readonly timeoutMs: number | undefined;
}

/** Binary data of a request, of which each input takes the next part. */
interface BinaryPart {
  rest: Uint8Array;
}

/**
 * Reads a body, whose first `headerLength` bytes are JSON and whose rest is binary data, for a model.
 *
 * @throws a ProtocolError for everything that the model or the protocol does not allow.
 */
export function readRequest(spec: ModelSpec, body: Uint8Array, headerLength: number | undefined): InferRequest {
  if (headerLength !== undefined && headerLength > body.length) {
    throw badRequest(`Inference-Header-Content-Length is ${headerLength}, the body has ${body.length} bytes`);
  }
  const header = objectOf(parseJson(body.subarray(0, headerLength), 'the request'), 'the request');
  const binary: BinaryPart = {rest: body.subarray(headerLength ?? body.length)};
  const parameters = parametersOf(header, 'the request');
  const inputs = listOf(property(header, 'inputs'), 'inputs');
  if (inputs.length > spec.inputs.length) {
    throw badRequest(`the model has ${spec.inputs.length} inputs; got ${inputs.length}`);
  }
  const tensors = inputs.map(input => readInput(spec, input, binary, body.length));
  if (binary.rest.length > 0) throw badRequest(`${binary.rest.length} bytes of binary data belong to no input`);
  return {
    id: readId(header),
    inputs: checkInputs(spec, tensors),
    outputs: readOutputs(spec, header, flagOf(parameters, 'binary_data_output') ?? false),
    timeoutMs: readTimeout(parameters),
  };
}

function readId(header: JsonObject): string | undefined {
  const id = property(header, 'id');
  return id === undefined ? undefined : stringOf(id, 'id');
}

/** The client's timeout travels in microseconds; 0 stands for none. */
function readTimeout(parameters: JsonObject): number | undefined {
  const timeout = property(parameters, 'timeout');
  if (timeout === undefined || timeout === 0) return undefined;
  if (typeof timeout !== 'number' || !Number.isSafeInteger(timeout) || timeout < 0) {
    throw badRequest(`timeout is an integer of microseconds; got ${quoted(timeout)}`);
  }
  return timeout / 1000;
}

function readInput(spec: ModelSpec, value: unknown, binary: BinaryPart, maxElements: number): Tensor {
  const input = objectOf(value, 'an input');
  const name = stringOf(property(input, 'name'), 'name of an input');
  const {datatype} = specOf(spec.inputs, name, 'input');
  const given = property(input, 'datatype');
  if (given !== datatype) throw badRequest(`input '${name}' has datatype ${datatype}; got ${quoted(given)}`);
  const shape = readShape(name, property(input, 'shape'));
  const parameters = parametersOf(input, `input '${name}'`);
  refuseSharedMemory(parameters);
  const size = property(parameters, 'binary_data_size');
  const data = property(input, 'data');
  const count = elementCount(shape);
  checkCount(name, datatype, shape, maxElements);
  if (size === undefined) {
    return tensorOf(name, datatype, shape, kind => elementsOf(name, kind, shape, count, data));
  }
  if (data !== undefined) throw badRequest(`input '${name}' has both data and binary_data_size`);
  const bytes = takeBytes(name, size, binary);
  return tensorOf(name, datatype, shape, kind => readBinary(name, kind, bytes, count));
}

function takeBytes(name: string, size: unknown, binary: BinaryPart): Uint8Array {
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) {
    throw badRequest(`input '${name}': binary_data_size is an integer from 0; got ${quoted(size)}`);
  }
  if (size > binary.rest.length) {
    throw badRequest(`input '${name}': binary_data_size is ${size}; the body has ${binary.rest.length} bytes left`);
  }
  const bytes = binary.rest.subarray(0, size);
  binary.rest = binary.rest.subarray(size);
  return bytes;
}

function readShape(name: string, value: unknown): readonly number[] {
  const shape = listOf(value, `shape of input '${name}'`);
  if (shape.length > 8) throw badRequest(`input '${name}': a shape has 8 dimensions at most; got ${shape.length}`);
  return shape.map(size => {
    if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 1) {
      throw badRequest(`input '${name}': sizes in a shape are integers from 1; got ${quoted(shape)}`);
    }
    return size;
  });
}

function readOutputs(spec: ModelSpec, header: JsonObject, isBinary: boolean): readonly RequestedOutput[] {
  const value = property(header, 'outputs');
  const list = value === undefined ? [] : listOf(value, 'outputs');
  // The protocol gives all outputs to those who name none.
  if (list.length === 0) return spec.outputs.map(({name}) => ({name, binary: isBinary}));
  if (list.length > spec.outputs.length) {
    throw badRequest(`the model has ${spec.outputs.length} outputs; got ${list.length}`);
  }
  const outputs = list.map(item => {
    const output = objectOf(item, 'an output');
    const {name} = specOf(spec.outputs, stringOf(property(output, 'name'), 'name of an output'), 'output');
    const parameters = parametersOf(output, `output '${name}'`);
    refuseSharedMemory(parameters);
    const classes = property(parameters, 'classification');
    if (classes !== undefined && classes !== 0) throw badRequest(`output '${name}': classification is not supported`);
    return {name, binary: flagOf(parameters, 'binary_data') ?? isBinary};
  });
  if (new Set(outputs.map(({name}) => name)).size < outputs.length) throw badRequest('an output is asked for twice');
  return outputs;
}

function refuseSharedMemory(parameters: JsonObject): void {
  if (property(parameters, 'shared_memory_region') !== undefined) throw badRequest('shared memory is not supported');
}

function specOf(specs: readonly TensorSpec[], name: string, what: string): TensorSpec {
  const found = specs.find(spec => spec.name === name);
  if (found) return found;
  const known = specs.map(spec => `'${spec.name}'`).join(', ');
  throw badRequest(`the model has no ${what} ${quoted(name)}; there are ${known}`);
}
