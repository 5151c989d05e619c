import protobuf from 'protobufjs/minimal.js';
import type {Writer} from 'protobufjs/minimal.js';

/*
 * An ONNX model, written field by field: numbers are those of onnx.proto (ONNX IR, MIT-licensed specification at
 * github.com/onnx/onnx).
 */

export interface OnnxNode {
  readonly op:
    | 'Conv'
    | 'ConvTranspose'
    | 'Relu'
    | 'Clip'
    | 'Sigmoid'
    | 'Add'
    | 'Concat'
    | 'MaxPool'
    | 'GlobalAveragePool'
    | 'Flatten'
    | 'Gemm';
  /** Names of values. */
  readonly inputs: readonly string[];
  readonly output: string;
  /** Integers, or lists of them. */
  readonly attributes?: Readonly<Record<string, number | readonly number[]>>;
}

/** A value that is given, in the layout of ONNX: channels first. */
export interface Initializer {
  readonly name: string;
  readonly dims: readonly number[];
  readonly values: Float32Array;
}

export interface OnnxModel {
  readonly nodes: readonly OnnxNode[];
  readonly initializers: readonly Initializer[];
  /** Names and shapes. */
  readonly input: readonly [name: string, dims: readonly number[]];
  readonly output: readonly [name: string, dims: readonly number[]];
}

const FLOAT = 1;
const [INT, INTS] = [2, 7];
const bytesTag = (field: number) => ((field << 3) | 2) >>> 0;
const varintTag = (field: number) => (field << 3) >>> 0;

type Part = (writer: Writer) => void;

/** A message within a message. */
const message =
  (field: number, ...parts: Part[]): Part =>
  writer => {
    writer.uint32(bytesTag(field)).fork();
    parts.forEach(part => part(writer));
    writer.ldelim();
  };
const text =
  (field: number, value: string): Part =>
  writer =>
    writer.uint32(bytesTag(field)).string(value);
const integer =
  (field: number, value: number): Part =>
  writer =>
    writer.uint32(varintTag(field)).int64(value);
const integers = (field: number, values: readonly number[]): Part[] => values.map(value => integer(field, value));

const attribute = ([name, value]: [string, number | readonly number[]]): Part =>
  typeof value === 'number'
    ? message(5, text(1, name), integer(3, value), integer(20, INT))
    : message(5, text(1, name), ...integers(8, value), integer(20, INTS));

const node = ({op, inputs, output, attributes = {}}: OnnxNode): Part =>
  message(
    1,
    ...inputs.map(name => text(1, name)),
    text(2, output),
    text(4, op),
    ...Object.entries(attributes).map(attribute),
  );

const initializer = ({name, dims, values}: Initializer): Part =>
  message(5, ...integers(1, dims), integer(2, FLOAT), text(8, name), writer =>
    writer.uint32(bytesTag(9)).bytes(new Uint8Array(values.buffer, values.byteOffset, values.byteLength)),
  );

const tensor = (field: number, [name, dims]: readonly [string, readonly number[]]): Part =>
  message(
    field,
    text(1, name),
    message(2, message(1, integer(1, FLOAT), message(2, ...dims.map(dim => message(1, integer(1, dim)))))),
  );

/** The bytes of a model. */
export function onnxModel({nodes, initializers, input, output}: OnnxModel): Uint8Array {
  const writer = protobuf.Writer.create();
  integer(1, 8)(writer);
  message(8, integer(2, 17))(writer);
  message(
    7,
    ...nodes.map(node),
    text(2, 'model'),
    ...initializers.map(initializer),
    tensor(11, input),
    tensor(12, output),
  )(writer);
  return writer.finish();
}
