/*
 * Random layers as models for audio, vision and volumes have them.
 */

/** A convolution kernel of TensorFlow.js with its operands; `groups` of ours, which the built-in kernels lack. */
export interface SweepLayer {
  readonly kind: Kind;
  /** By the names of TensorFlow.js' kernels. */
  readonly kernel: string;
  /** Shapes by the names of the inputs. */
  readonly inputs: {readonly [name: string]: readonly number[]};
  readonly attrs: {readonly [name: string]: unknown};
  readonly groups: number;
  /** Of a depthwise layer, the channels of the pointwise one behind it; 0 without one. */
  readonly pointwise: number;
  /** The shape of y. */
  readonly output: readonly number[];
  readonly multiplications: number;
}

/** An axis of an image: input, kernel, stride, dilation. */
interface Axis {
  readonly size: number;
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
}

/** What one layer of a kind is made of. */
interface Draw {
  readonly axes: readonly Axis[];
  readonly batch: number;
  readonly inChannels: number;
  readonly outChannels: number;
  readonly same: boolean;
}

type Random = () => number;

const pick = <T>(random: Random, list: readonly T[]): T => list[Math.floor(random() * list.length)];

/** A whole number, each magnitude as likely. */
const between = (random: Random, least: number, most: number): number =>
  Math.round(Math.exp(Math.log(least) + random() * Math.log(most / least)));

const CHANNELS = [1, 2, 3, 4, 8, 12, 16, 20, 24, 32, 40, 48, 64, 80, 96, 112, 128, 160, 192, 256, 320, 384, 512, 768];
const SIDES = [
  1, 2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16, 19, 20, 26, 28, 32, 38, 40, 48, 56, 64, 75, 80, 96, 112, 128,
];
const LARGE_SIDES = [...SIDES.slice(12), 150, 160, 192, 224, 227, 256, 299, 320, 384, 480, 512, 640];
const LENGTHS = [
  16, 20, 32, 50, 64, 100, 128, 173, 256, 400, 431, 512, 862, 1000, 1024, 1500, 2048, 3000, 4096, 8000, 8192,
];
const LONG_LENGTHS = [...LENGTHS, 11025, 16000, 16384, 22050, 32768, 44100, 48000, 65536];
const DEPTHS = [3, 4, 7, 8, 10, 12, 14, 16, 20, 24, 28, 32, 40, 48, 64, 80, 96];
const BATCHES = [1, 1, 1, 1, 1, 1, 2, 4, 8, 16, 32];

const channels = (random: Random): number => (random() < 0.85 ? pick(random, CHANNELS) : between(random, 1, 600));

/** The taps of an axis of an image. */
const imageKernel = (random: Random): number => pick(random, [2, 3, 3, 3, 3, 3, 3, 4, 5, 5, 5, 7, 7, 9, 11, 15]);

/** A stride or, where there is none, a dilation. */
function steps(random: Random, kernel: number): Pick<Axis, 'stride' | 'dilation'> {
  const which = random();
  if (which < 0.6 || kernel === 1) return {stride: which < 0.8 ? 1 : 2, dilation: 1};
  if (which < 0.88) return {stride: pick(random, [2, 2, 2, 2, 3, 4, kernel]), dilation: 1};
  return {stride: 1, dilation: pick(random, [2, 2, 3, 4, 8])};
}

function line(random: Random): Axis {
  const isLong = random() < 0.3;
  const size = pick(random, isLong ? LONG_LENGTHS : LENGTHS);
  const kernel = isLong
    ? pick(random, [8, 10, 16, 25, 31, 32, 40, 64, 80, 101, 128, 250, 256, 400, 512, 1024])
    : pick(random, [2, 3, 3, 3, 3, 4, 5, 5, 7, 7, 8, 9, 10, 11, 15, 21]);
  const which = random();
  if (which < 0.55) return {size, kernel, stride: 1, dilation: 1};
  if (which < 0.75) return {size, kernel, stride: 1, dilation: pick(random, [2, 4, 8, 16, 32])};
  return {size, kernel, stride: pick(random, [2, 2, 2, 3, 4, 5, 8, Math.ceil(kernel / 2), kernel]), dilation: 1};
}

const common = (random: Random): Pick<Draw, 'batch' | 'same'> => ({
  batch: pick(random, BATCHES),
  same: random() < 0.75,
});

/** A kernel over axes of a length of 1: a line as TensorFlow.js has it. */
const UNIT: Axis = {size: 1, kernel: 1, stride: 1, dilation: 1};

function image(random: Random, sides: readonly number[], kernel: (random: Random) => number): Axis[] {
  const height = pick(random, sides);
  const width = random() < 0.7 ? height : pick(random, sides);
  const taps = kernel(random);
  const isSquare = random() < 0.85;
  const moves = steps(random, taps);
  const [rows, columns] = isSquare ? [taps, taps] : random() < 0.5 ? [1, taps] : [taps, 1];
  return [
    {size: height, kernel: rows, ...(rows === 1 ? {stride: 1, dilation: 1} : moves)},
    {size: width, kernel: columns, ...(columns === 1 ? {stride: 1, dilation: 1} : moves)},
  ];
}

function volume(random: Random): Axis[] {
  const [depth, side] = [pick(random, DEPTHS), pick(random, DEPTHS)];
  const kernel = pick(random, [1, 2, 3, 3, 3, 3, 3, 5, 7]);
  const stride = kernel > 1 && random() < 0.25 ? 2 : 1;
  const along = random() < 0.8 ? kernel : 1;
  const plane = {size: side, kernel, stride, dilation: 1};
  return [{size: depth, kernel: along, stride: along === 1 ? 1 : stride, dilation: 1}, plane, plane];
}

/** Channels where an image filter has one, three or four. */
const pictureChannels = (random: Random): number => pick(random, [1, 1, 3, 3, 4]);

const dense = (random: Random, axes: readonly Axis[]): Draw => ({
  ...common(random),
  axes,
  inChannels: channels(random),
  outChannels: channels(random),
});

/** Channels-wise: the result has `multiplier` channels for each. */
function channelwise(random: Random, axes: readonly Axis[], count: number): Draw {
  const multiplier = random() < 0.85 ? 1 : pick(random, [2, 3, 4, 8]);
  return {...common(random), axes, inChannels: count, outChannels: count * multiplier};
}

const outputSize = ({size, kernel, stride, dilation}: Axis, same: boolean): number =>
  Math.ceil((same ? size : size - (kernel - 1) * dilation) / stride);

const elements = (shape: readonly number[]): number => shape.reduce((all, size) => all * size, 1);

/** The shapes of a draw; `depthwise` has the filters of each channel last. */
function shapesOf({axes, batch, inChannels, outChannels, same}: Draw, groups: number, depthwise: boolean) {
  const spatial = axes.map(axis => outputSize(axis, same));
  return {
    x: [batch, ...axes.map(({size}) => size), inChannels],
    filter: [
      ...axes.map(({kernel}) => kernel),
      ...(depthwise ? [inChannels, outChannels / inChannels] : [inChannels / groups, outChannels]),
    ],
    y: [batch, ...spatial, outChannels],
  };
}

/** How a kind draws its layers, and which kernel it runs. */
interface KindOf {
  readonly draw: (random: Random) => Draw;
  readonly kernel: string;
  /** Which operands it has. Default x and filter. */
  readonly from?: readonly ['x' | 'y', 'filter' | 'y'];
  readonly depthwise?: boolean;
  readonly grouped?: boolean;
  readonly pointwise?: boolean;
  readonly fused?: boolean;
}

const denseImage = (random: Random): Draw => dense(random, image(random, SIDES, imageKernel));
const depthwiseImage = (random: Random): Draw =>
  random() < 0.75
    ? channelwise(random, image(random, SIDES, imageKernel), channels(random))
    : channelwise(
        random,
        image(random, LARGE_SIDES, one => pick(one, [3, 5, 7, 9, 11, 15, 21, 31])),
        pictureChannels(random),
      );
/** Strides as upsampling has them; TensorFlow.js' gradients have no dilations. */
const undilated = (draw: Draw): Draw => ({...draw, axes: draw.axes.map(axis => ({...axis, dilation: 1}))});
const upsampled = (draw: Draw, random: Random): Draw => {
  const stride = pick(random, [1, 2, 2, 2, 4]);
  return {...draw, axes: draw.axes.map(axis => ({...axis, dilation: 1, stride: axis.kernel === 1 ? 1 : stride}))};
};

const KIND = {
  lines: {kernel: 'Conv2D', draw: random => dense(random, [UNIT, line(random)])},
  'depthwise lines': {
    kernel: 'DepthwiseConv2dNative',
    depthwise: true,
    draw: random => channelwise(random, [UNIT, {...line(random), stride: 1}], channels(random)),
  },
  images: {kernel: 'Conv2D', draw: denseImage},
  'first layers': {
    kernel: 'FusedConv2D',
    fused: true,
    draw: random => ({...dense(random, image(random, LARGE_SIDES, imageKernel)), inChannels: pictureChannels(random)}),
  },
  fused: {kernel: 'FusedConv2D', fused: true, draw: denseImage},
  pointwise: {
    kernel: 'Conv2D',
    draw: random =>
      dense(
        random,
        image(random, SIDES, () => 1),
      ),
  },
  depthwise: {kernel: 'DepthwiseConv2dNative', depthwise: true, draw: depthwiseImage},
  'fused depthwise': {kernel: 'FusedDepthwiseConv2D', depthwise: true, fused: true, draw: depthwiseImage},
  separable: {kernel: 'DepthwiseConv2dNative', depthwise: true, pointwise: true, draw: depthwiseImage},
  grouped: {kernel: 'Conv2D', grouped: true, draw: denseImage},
  transposed: {
    kernel: 'Conv2DBackpropInput',
    from: ['y', 'filter'],
    draw: random => upsampled(denseImage(random), random),
  },
  'transposed lines': {
    kernel: 'Conv2DBackpropInput',
    from: ['y', 'filter'],
    draw: random => upsampled(dense(random, [UNIT, line(random)]), random),
  },
  volumes: {kernel: 'Conv3D', draw: random => dense(random, volume(random))},
  'transposed volumes': {
    kernel: 'Conv3DBackpropInputV2',
    from: ['y', 'filter'],
    draw: random => dense(random, volume(random)),
  },
  'filter gradients': {
    kernel: 'Conv2DBackpropFilter',
    from: ['x', 'y'],
    draw: random => undilated(random() < 0.7 ? denseImage(random) : dense(random, [UNIT, line(random)])),
  },
  'filter gradients of volumes': {
    kernel: 'Conv3DBackpropFilterV2',
    from: ['x', 'y'],
    draw: random => dense(random, volume(random)),
  },
  'depthwise input gradients': {
    kernel: 'DepthwiseConv2dNativeBackpropInput',
    from: ['y', 'filter'],
    depthwise: true,
    draw: random => undilated(depthwiseImage(random)),
  },
  'depthwise filter gradients': {
    kernel: 'DepthwiseConv2dNativeBackpropFilter',
    from: ['x', 'y'],
    depthwise: true,
    draw: random => undilated(depthwiseImage(random)),
  },
} as const satisfies {readonly [kind: string]: KindOf};

export type Kind = keyof typeof KIND;
export const KINDS = Object.keys(KIND) as Kind[];

/** Channels by groups, where there are groups. */
function grouped(random: Random, draw: Draw): {readonly draw: Draw; readonly groups: number} {
  const groups = pick(random, [2, 2, 4, 8, 16, 32]);
  const [inChannels, outChannels] = [pick(random, [1, 2, 4, 8, 16, 32]), pick(random, [1, 2, 4, 8, 16, 32])];
  return {draw: {...draw, inChannels: groups * inChannels, outChannels: groups * outChannels}, groups};
}

/** What a layer of a kind is, whether it is of a size that is wanted or not. */
function drawLayer(random: Random, kind: Kind): SweepLayer {
  const {draw: drawOf, kernel, from, depthwise = false, fused, ...is}: KindOf = KIND[kind];
  const {draw, groups} = is.grouped ? grouped(random, drawOf(random)) : {draw: drawOf(random), groups: 1};
  const {x, filter, y} = shapesOf(draw, groups, depthwise);
  const shapes = {x, filter, y};
  const [image, other] = from ?? ['x', 'filter'];
  const operands = {
    [image === 'y' ? 'dy' : 'x']: shapes[image],
    [other === 'y' ? 'dy' : 'filter']: shapes[other],
  };
  const rank = draw.axes.length;
  const along = (list: number[]): number[] => (rank === 3 ? [1, ...list, 1] : list);
  const pointwise = is.pointwise ? channels(random) : 0;
  const strides = draw.axes.map(({stride}) => stride);
  return {
    kind,
    kernel,
    groups,
    pointwise,
    output: y,
    inputs: fused ? {...operands, bias: [draw.outChannels]} : operands,
    attrs: {
      strides: rank === 3 ? strides : along(strides),
      pad: draw.same ? 'same' : 'valid',
      dataFormat: rank === 3 ? 'NDHWC' : 'NHWC',
      dilations: draw.axes.map(({dilation}) => dilation),
      ...(from === undefined ? {} : {inputShape: x, filterShape: filter}),
      ...(fused ? {activation: pick(random, ['linear', 'relu', 'relu6'])} : {}),
    },
    multiplications:
      elements(y) * elements(draw.axes.map(({kernel: taps}) => taps)) * (depthwise ? 1 : draw.inChannels / groups) +
      elements(y) * pointwise,
  };
}

/** Elements of an operand at most. */
const MOST_ELEMENTS = 2 ** 23;

/** A layer of a kind with so many multiplications at most. */
export function randomLayer(random: Random, kind: Kind, most: number): SweepLayer {
  for (;;) {
    const layer = drawLayer(random, kind);
    const sizes = Object.values(layer.inputs).map(elements);
    const isThere = sizes.every(size => size <= MOST_ELEMENTS) && Math.min(...layer.output) >= 1;
    if (isThere && elements(layer.output) <= MOST_ELEMENTS && layer.multiplications <= most) return layer;
  }
}

/** Shapes and attributes in a line. */
export function nameOf({kernel, inputs, attrs, groups, pointwise}: SweepLayer): string {
  const shapes = Object.entries(inputs).map(([name, shape]) => `${name} ${shape.join('x')}`);
  const {strides, pad, dilations} = attrs as {strides: number[]; pad: string; dilations: number[]};
  const isOne = (list: readonly number[]): boolean => list.every(value => value === 1);
  return [
    kernel,
    ...shapes,
    ...(isOne(strides) ? [] : [`strides ${strides.join('x')}`]),
    ...(isOne(dilations) ? [] : [`dilations ${dilations.join('x')}`]),
    ...(groups > 1 ? [`groups ${groups}`] : []),
    ...(pointwise > 0 ? [`pointwise ${pointwise}`] : []),
    pad,
  ].join(', ');
}
