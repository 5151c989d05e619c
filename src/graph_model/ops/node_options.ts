import type {GraphNode} from '@tensorflow/tfjs-converter';
import {fail, RULES} from '../../errors.js';
import type {ConvOptions, DataFormat} from '../../geometry/options.js';
import {DATA_FORMATS, isListOf, isNonNegative, isPositive} from '../../geometry/validate.js';
import type {OpRank} from '../../geometry/validate.js';

export type Attrs = GraphNode['attrs'];

/** What the attributes of a node say about the geometry, as options of an op. */
export type NodeOptions = Required<Pick<ConvOptions, 'strides' | 'pad' | 'dilations'>> & {
  readonly dataFormat: DataFormat;
};

export const isChannelsFirst = ({dataFormat}: Pick<NodeOptions, 'dataFormat'>): boolean => dataFormat.startsWith('NC');

/** The first spatial axis of x. */
const firstSpatial = (options: Pick<NodeOptions, 'dataFormat'>): number => (isChannelsFirst(options) ? 2 : 1);

/** The axis of the channels of x. */
export const channelAxis = (rank: number, options: Pick<NodeOptions, 'dataFormat'>): number =>
  isChannelsFirst(options) ? 1 : rank + 1;

/** TensorFlow.js reads strings in lower case. */
function readDataFormat({op, rank}: OpRank, value: unknown): DataFormat {
  const formats = DATA_FORMATS[rank];
  const [standard] = formats;
  const format = formats.find(name => name === String(value ?? standard).toUpperCase());
  return format ?? fail(op, RULES.dataFormat(formats), 'data_format', value);
}

/** `strides` and `dilations` count all axes of x, in its order; those of the batch and the channels are 1. */
function readSteps({op, rank}: OpRank, name: 'strides' | 'dilations', value: unknown, first: number): number[] {
  const steps: unknown = name === 'dilations' ? (value ?? new Array(rank + 2).fill(1)) : value;
  if (!isListOf(steps, rank + 2, isPositive)) return fail(op, RULES.steps(name, rank + 2), name, value);
  const isSpatial = (axis: number): boolean => axis >= first && axis < first + rank;
  if (steps.some((step, axis) => step !== 1 && !isSpatial(axis))) {
    return fail(op, RULES.steps(name, rank + 2), name, value);
  }
  return steps.slice(first, first + rank);
}

/** `explicit_paddings` has [before, after] of every axis of x, in one list. */
function readExplicit({op, rank}: OpRank, value: unknown): [number, number][] {
  const sizes = 2 * (rank + 2);
  if (!isListOf(value, sizes, isNonNegative)) {
    return fail(op, RULES.explicitPaddings(sizes), 'explicit_paddings', value);
  }
  return Array.from({length: rank + 2}, (_, axis) => [value[2 * axis], value[2 * axis + 1]]);
}

function readPad(kind: OpRank, attrs: Attrs): ConvOptions['pad'] & {} {
  const {padding} = attrs;
  switch (String(padding).toLowerCase()) {
    case 'valid':
      return 'valid';
    case 'same':
      return 'same';
    case 'explicit':
      return readExplicit(kind, attrs.explicit_paddings);
    default:
      return fail(kind.op, RULES.padding, 'padding', padding);
  }
}

/** What attributes were found to say. A node has the same ones at every run. */
const known = new WeakMap<Attrs, NodeOptions>();

/** Reads the options of a node once. */
export function optionsOnce(attrs: Attrs, read: () => NodeOptions): NodeOptions {
  const found = known.get(attrs) ?? read();
  known.set(attrs, found);
  return found;
}

/**
 * The options that the attributes of a node stand for.
 * @throws where an attribute breaks a rule of `errors.ts`.
 */
export function readNodeOptions(kind: OpRank, attrs: Attrs): NodeOptions {
  const dataFormat = readDataFormat(kind, attrs.data_format);
  const first = firstSpatial({dataFormat});
  return {
    dataFormat,
    strides: readSteps(kind, 'strides', attrs.strides, first),
    dilations: readSteps(kind, 'dilations', attrs.dilations, first),
    pad: readPad(kind, attrs),
  };
}

/**
 * The same of TensorFlow.js' own op Conv1D, which has one stride and one dilation.
 * @throws where an attribute breaks a rule of `errors.ts`.
 */
export function readLineOptions(kind: OpRank, attrs: Attrs): NodeOptions {
  const {stride, dilation} = attrs;
  const [strides, dilations] = [stride, dilation ?? 1];
  if (!isPositive(strides)) return fail(kind.op, RULES.positive('stride'), 'stride', stride);
  if (!isPositive(dilations)) return fail(kind.op, RULES.positive('dilation'), 'dilation', dilation);
  return {dataFormat: readDataFormat(kind, attrs.data_format), strides, dilations, pad: readPad(kind, attrs)};
}
