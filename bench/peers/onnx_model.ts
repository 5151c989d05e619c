import protobuf from 'protobufjs/minimal.js';
import type {Writer} from 'protobufjs/minimal.js';

/*
 * An ONNX model of one node, written field by field: numbers are those of onnx.proto (ONNX IR, MIT-licensed
 * specification at github.com/onnx/onnx).
 */

export interface OnnxNode {
  readonly op: 'Conv' | 'ConvTranspose';
  /** Attributes that are lists of integers. */
  readonly lists: Readonly<Record<string, readonly number[]>>;
  readonly group: number;
}

const FLOAT = 1;
const [INT, INTS] = [2, 7];
const bytesTag = (field: number) => (field << 3 | 2) >>> 0;
const varintTag = (field: number) => (field << 3) >>> 0;

type Part = (writer: Writer) => void;

/** A message within a message. */
const message = (field: number, ...parts: Part[]): Part => writer => {
  writer.uint32(bytesTag(field)).fork();
  parts.forEach(part => part(writer));
  writer.ldelim();
};
const text = (field: number, value: string): Part => writer => writer.uint32(bytesTag(field)).string(value);
const integer = (field: number, value: number): Part => writer => writer.uint32(varintTag(field)).int64(value);
const integers = (field: number, values: readonly number[]): Part[] => values.map(value => integer(field, value));

const listAttribute = (name: string, values: readonly number[]): Part =>
    message(5, text(1, name), ...integers(8, values), integer(20, INTS));

const node = ({op, lists, group}: OnnxNode): Part => message(
    1, text(1, 'x'), text(1, 'w'), text(2, 'y'), text(4, op),
    ...Object.entries(lists).map(([name, values]) => listAttribute(name, values)),
    message(5, text(1, 'group'), integer(3, group), integer(20, INT)));

const initializer = (name: string, dims: readonly number[], values: Float32Array): Part => message(
    5, ...integers(1, dims), integer(2, FLOAT), text(8, name),
    writer => writer.uint32(bytesTag(9)).bytes(new Uint8Array(values.buffer, values.byteOffset, values.byteLength)));

const tensor = (field: number, name: string, dims: readonly number[]): Part => message(
    field, text(1, name),
    message(2, message(1, integer(1, FLOAT), message(2, ...dims.map(dim => message(1, integer(1, dim)))))));

/** The bytes of a model y = op(x, w) with constant w; shapes are channels first. */
export function onnxModel(
    of: OnnxNode, x: readonly number[], y: readonly number[], w: readonly number[], weights: Float32Array): Uint8Array {
  const writer = protobuf.Writer.create();
  integer(1, 8)(writer);
  message(8, integer(2, 17))(writer);
  message(7, node(of), text(2, 'layer'), initializer('w', w, weights), tensor(11, 'x', x), tensor(12, 'y', y))(writer);
  return writer.finish();
}
