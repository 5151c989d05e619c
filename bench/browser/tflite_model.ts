import {Builder} from 'flatbuffers';
import type {Offset} from 'flatbuffers';
import {spatialSizes} from '../../src/geometry/conv.js';
import type {AxisGeometry} from '../../src/geometry/axis.js';
import type {ConvGeometry} from '../../src/geometry/conv.js';
import {geometryOf} from '../layer.js';
import {permuted} from '../peers/onnx_layout.js';
import type {Layer} from '../shapes.js';

/*
 * TensorFlow Lite models of one layer, as flatbuffers. Numbers of fields, operators and types are those of TensorFlow's
 * tensorflow/compiler/mlir/lite/schema/schema.fbs.
 */

const FLOAT32 = 0;
const INT32 = 2;
const SAME = 0;

/** A scalar field of a table: its number and what it is. */
type Scalar = readonly ['int8' | 'int32', number];
const int8 = (value: number): Scalar => ['int8', value];
const int32 = (value: number): Scalar => ['int32', value];
/** The activation that does nothing. */
const NONE = int8(0);

function addScalar(builder: Builder, field: number, [kind, value]: Scalar): void {
  if (kind === 'int8') builder.addFieldInt8(field, value, 0);
  else builder.addFieldInt32(field, value, 0);
}

/** A table of scalars, in the order of their numbers, and of offsets. */
function table(
  builder: Builder,
  scalars: ReadonlyMap<number, Scalar>,
  offsets: ReadonlyMap<number, Offset> = new Map(),
): Offset {
  builder.startObject(Math.max(-1, ...scalars.keys(), ...offsets.keys()) + 1);
  offsets.forEach((offset, field) => builder.addFieldOffset(field, offset, 0));
  scalars.forEach((scalar, field) => addScalar(builder, field, scalar));
  return builder.endObject();
}

const listed = (scalars: readonly Scalar[]): Map<number, Scalar> =>
  new Map(scalars.map((scalar, field) => [field, scalar]));

function ints(builder: Builder, values: readonly number[]): Offset {
  builder.startVector(4, values.length, 4);
  [...values].reverse().forEach(value => builder.addInt32(value));
  return builder.endVector();
}

function offsets(builder: Builder, values: readonly Offset[]): Offset {
  builder.startVector(4, values.length, 4);
  [...values].reverse().forEach(value => builder.addOffset(value));
  return builder.endVector();
}

/** The bytes of a constant, aligned as kernels need them. */
function bytes(builder: Builder, {buffer, byteOffset, byteLength}: Float32Array | Int32Array): Offset {
  builder.startVector(1, byteLength, 16);
  const all = new Uint8Array(buffer, byteOffset, byteLength);
  for (let i = byteLength - 1; i >= 0; i--) builder.addInt8(all[i]);
  return builder.endVector();
}

interface TfliteTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data?: Float32Array | Int32Array;
}

/** An operator: its number, the table of its options with that table's number, and its operands. */
interface TfliteOperator {
  readonly code: number;
  readonly optionsType: number;
  readonly options: readonly Scalar[];
  readonly operands: readonly TfliteTensor[];
}

const [SPATIAL_STRIDES, SPATIAL_DILATIONS] = (['stride', 'dilation'] as const).map(
  what =>
    (axes: readonly AxisGeometry[]): Scalar[] =>
      axes.map(axis => int32(axis[what])),
);

type OperatorOf = (g: ConvGeometry, x: TfliteTensor, filter: Float32Array, shape: readonly number[]) => TfliteOperator;

const zeroBias = (channels: number): TfliteTensor => ({
  name: 'bias',
  shape: [channels],
  data: new Float32Array(channels),
});

/** [...kernel, in, out] as [out, ...kernel, in]. */
const outermost = (filter: Float32Array, shape: readonly number[]): TfliteTensor => {
  const order = [shape.length - 1, ...shape.slice(0, -1).keys()];
  return {name: 'filter', shape: order.map(axis => shape[axis]), data: permuted(filter, shape, order)};
};

/** Options name the width before the height. */
const OPERATORS: {readonly [O in Exclude<Layer['op'], 'conv1d' | 'conv3d'>]: OperatorOf} = {
  conv2d: ({axes: [, height, width], outChannels}, x, filter, shape) => ({
    code: 3,
    optionsType: 1,
    operands: [x, outermost(filter, shape), zeroBias(outChannels)],
    options: [int8(SAME), ...SPATIAL_STRIDES([width, height]), NONE, ...SPATIAL_DILATIONS([width, height])],
  }),
  depthwiseConv2d: ({axes: [, height, width], inChannels, outChannels}, x, filter, [kh, kw]) => ({
    code: 4,
    optionsType: 2,
    operands: [x, {name: 'filter', shape: [1, kh, kw, outChannels], data: filter}, zeroBias(outChannels)],
    options: [
      int8(SAME),
      ...SPATIAL_STRIDES([width, height]),
      int32(outChannels / inChannels),
      NONE,
      ...SPATIAL_DILATIONS([width, height]),
    ],
  }),
  // The filter of a transposed convolution is [...kernel, out, in] here.
  conv2dTranspose: (g, x, filter, [kh, kw]) => ({
    code: 67,
    optionsType: 49,
    options: [int8(SAME), ...SPATIAL_STRIDES([g.axes[2], g.axes[1]]), NONE],
    operands: [
      {name: 'shape', shape: [4], data: Int32Array.of(g.batch, ...spatialSizes(g, 'input').slice(1), g.inChannels)},
      {
        name: 'filter',
        shape: [g.inChannels, kh, kw, g.outChannels],
        data: permuted(filter, [kh, kw, g.inChannels, g.outChannels], [2, 0, 1, 3]),
      },
      x,
    ],
  }),
};

/** The bytes of a model y = operator(x). */
function model({code, optionsType, options, operands}: TfliteOperator, x: TfliteTensor, y: TfliteTensor): Uint8Array {
  const builder = new Builder(1024 + operands.reduce((sum, {data}) => sum + (data?.byteLength ?? 0), 0));
  const tensors = [...operands, y];
  // Buffer 0 means none, as does the empty buffer of a tensor without values.
  const buffers = [undefined, ...tensors.map(({data}) => data)].map(data =>
    data === undefined ? table(builder, new Map()) : table(builder, new Map(), new Map([[0, bytes(builder, data)]])),
  );
  const tensorTables = tensors.map(({name, shape, data}, i) =>
    table(
      builder,
      new Map([
        [1, int8(data instanceof Int32Array ? INT32 : FLOAT32)],
        [2, int32(i + 1)],
      ]),
      new Map([
        [0, ints(builder, shape)],
        [3, builder.createString(name)],
      ]),
    ),
  );
  const [inputs, outputs] = [[tensors.indexOf(x)], [tensors.length - 1]];
  const operator = table(
    builder,
    new Map([[3, int8(optionsType)]]),
    new Map([
      [1, ints(builder, [...operands.keys()])],
      [2, ints(builder, outputs)],
      [4, table(builder, listed(options))],
    ]),
  );
  const graph = table(
    builder,
    new Map(),
    new Map([
      [0, offsets(builder, tensorTables)],
      [1, ints(builder, inputs)],
      [2, ints(builder, outputs)],
      [3, offsets(builder, [operator])],
      [4, builder.createString('main')],
    ]),
  );
  // Readers take the larger of both codes: the older field ends at 127.
  const operatorCode = table(
    builder,
    new Map([
      [0, int8(Math.min(code, 127))],
      [2, int32(1)],
      [3, int32(code)],
    ]),
  );
  const root = table(
    builder,
    new Map([[0, int32(3)]]),
    new Map([
      [1, offsets(builder, [operatorCode])],
      [2, offsets(builder, [graph])],
      [4, offsets(builder, buffers)],
    ]),
  );
  builder.finish(root, 'TFL3');
  return builder.asUint8Array();
}

/**
 * Whether there is an operator for the layer. TensorFlow Lite has one for 3-D, whose result LiteRT.js 2.5.3 hands out
 * unwritten.
 */
export const hasTflite = ({op, options: {dataFormat}}: Layer): boolean => op in OPERATORS && dataFormat !== 'NCHW';

/** The bytes of a model of the layer, channels last. */
export function tfliteModel(layer: Layer, filter: Float32Array): Uint8Array {
  if (layer.op === 'conv1d' || layer.op === 'conv3d') throw new Error(`${layer.name}: no operator for ${layer.op}`);
  const g = geometryOf(layer);
  const transposed = layer.op === 'conv2dTranspose';
  const x = {name: 'x', shape: layer.x};
  const y = {
    name: 'y',
    shape: [
      g.batch,
      ...spatialSizes(g, transposed ? 'input' : 'output').slice(1),
      transposed ? g.inChannels : g.outChannels,
    ],
  };
  return model(OPERATORS[layer.op](g, x, filter, layer.filter), x, y);
}
