import {filterShape, imageTensorShape, isChannelwise, spatialSizes} from '../../src/geometry/conv.js';
import type {ConvGeometry} from '../../src/geometry/conv.js';
import type {KernelName} from '../../src/registry/kernel_names.js';
import {fittedPadAfter} from './axis_padding.js';
import type {Padding} from './axis_padding.js';
import {listOf, opWith} from './tensorflow.js';
import type {Handle, OpAttr, TensorFlow} from './tensorflow.js';

/** The kernels that are linear in both of their operands. */
export type ConvKernel = Extract<KernelName, `ConvND${string}`>;

/** A family of three ops of TensorFlow. */
interface OpFamily {
  readonly spatialRank: 2 | 3;
  readonly ops: {readonly [K in ConvKernel]: string};
  /** Whether the forward op has the attribute explicit_paddings. Those of the gradients that have it are slow or fail. */
  readonly explicitPadding: boolean;
  readonly takes: (g: ConvGeometry) => boolean;
  readonly filterShape: (g: ConvGeometry) => number[];
}

export type FamilyName = 'conv2d' | 'depthwise' | 'conv3d';

/** Whether the outermost axis is one that a 2-D convolution has in front. */
export const isPlanar = ({axes: [depth]}: ConvGeometry): boolean =>
  depth.input === 1 && depth.kernel === 1 && depth.output === 1 && depth.padBefore === 0;

/** Whether windows are more than one element apart along any axis. */
export const isStrided = ({axes}: ConvGeometry): boolean => axes.some(({stride}) => stride > 1);

export const FAMILIES: {readonly [F in FamilyName]: OpFamily} = {
  conv2d: {
    spatialRank: 2,
    ops: {
      ConvND: 'Conv2D',
      ConvNDBackpropInput: 'Conv2DBackpropInput',
      ConvNDBackpropFilter: 'Conv2DBackpropFilter',
    },
    explicitPadding: true,
    takes: isPlanar,
    filterShape: g => filterShape(g).slice(1),
  },
  depthwise: {
    spatialRank: 2,
    ops: {
      ConvND: 'DepthwiseConv2dNative',
      ConvNDBackpropInput: 'DepthwiseConv2dNativeBackpropInput',
      ConvNDBackpropFilter: 'DepthwiseConv2dNativeBackpropFilter',
    },
    explicitPadding: true,
    takes: g => isPlanar(g) && isChannelwise(g),
    filterShape: g => [...spatialSizes(g, 'kernel').slice(1), g.inChannels, g.outChannels / g.inChannels],
  },
  conv3d: {
    spatialRank: 3,
    ops: {
      ConvND: 'Conv3D',
      ConvNDBackpropInput: 'Conv3DBackpropInputV2',
      ConvNDBackpropFilter: 'Conv3DBackpropFilterV2',
    },
    explicitPadding: false,
    takes: ({groups}) => groups === 1,
    filterShape,
  },
};

/** Shape of x (or y) with the rank that the family has. */
export const imageShape = (g: ConvGeometry, spatialRank: 2 | 3, of: 'x' | 'y'): number[] =>
  imageTensorShape(
    g.batch,
    spatialSizes(g, of === 'x' ? 'input' : 'output').slice(3 - spatialRank),
    of === 'x' ? g.inChannels : g.outChannels,
    g.channelsLast,
  );

function attrsOf(g: ConvGeometry, spatialRank: 2 | 3, padding: Padding): Record<string, OpAttr> {
  const axes = g.axes.slice(3 - spatialRank);
  const whole = (values: number[], other: number[]) =>
    g.channelsLast ? [...other, ...values, ...other] : [...other, ...other, ...values];
  const attrs: Record<string, OpAttr> = {
    strides: whole(
      axes.map(({stride}) => stride),
      [1],
    ),
    padding,
  };
  // Each attribute takes a microsecond: those that are as they are without being said are left out.
  if (axes.some(({dilation}) => dilation > 1))
    attrs.dilations = whole(
      axes.map(({dilation}) => dilation),
      [1],
    );
  if (!g.channelsLast) attrs.data_format = spatialRank === 2 ? 'NCHW' : 'NCDHW';
  if (padding === 'EXPLICIT') {
    attrs.explicit_paddings = whole(
      axes.flatMap(axis => [axis.padBefore, fittedPadAfter(axis)]),
      [0, 0],
    );
  }
  return attrs;
}

/** Operands of a kernel in the order of its inputs: [x, filter], [dy, filter], [x, dy]. */
export type Operands = readonly [Handle, Handle];

/** The op of a family for operands that have its shapes. */
export function familyOp(
  kernel: ConvKernel,
  name: FamilyName,
  g: ConvGeometry,
  padding: Padding,
): (tf: TensorFlow, operands: Operands) => Handle {
  const {ops, spatialRank, filterShape: shapeOf} = FAMILIES[name];
  const op = opWith(ops[kernel], attrsOf(g, spatialRank, padding));
  if (kernel === 'ConvND') return op;
  if (kernel === 'ConvNDBackpropInput') {
    const shape = imageShape(g, spatialRank, 'x');
    return (tf, [dy, filter]) => op(tf, [listOf(tf, shape), filter, dy]);
  }
  const shape = shapeOf(g);
  return (tf, [x, dy]) => op(tf, [x, listOf(tf, shape), dy]);
}
