import type {ConvTransposeOptions} from 'tfjs-conv';

/*
 * The reference: every convolution from its definition, as one naive loop nest in float64. Sizes and padding are found
 * by counting windows, not by the library's formulas, so that these are tested too. Padding is absence: a tap that
 * falls outside the input contributes no term at all.
 */

/** The options that decide which elements are multiplied. */
export type ReferenceOptions = Pick<
  ConvTransposeOptions,
  'strides' | 'pad' | 'dilations' | 'groups' | 'dataFormat' | 'flipFilter' | 'outputShape' | 'outputPadding'
>;

export interface ReferenceAxis {
  readonly input: number;
  readonly kernel: number;
  readonly output: number;
  readonly stride: number;
  readonly dilation: number;
  readonly padBefore: number;
}

/** A convolution of x [batch, ...input, inChannels] to y [batch, ...output, outChannels], or with channels first. */
export interface ReferenceConv {
  readonly batch: number;
  /** One to three. */
  readonly axes: readonly ReferenceAxis[];
  readonly groups: number;
  readonly inChannels: number;
  readonly outChannels: number;
  readonly channelsLast: boolean;
  readonly flipFilter: boolean;
}

/** How many windows, `stride` apart, lie within `length` elements. */
export function windowsWithin(length: number, window: number, stride: number): number {
  let count = 0;
  while (count * stride + window <= length) count++;
  return count;
}

/** Padding [before, after] of one axis of `input` elements. */
function paddingOf(
  rule: 'valid' | 'same' | 'causal' | readonly [number, number],
  input: number,
  window: number,
  stride: number,
): readonly [number, number] {
  if (rule === 'valid') return [0, 0];
  // The last tap of window o reads element o * stride.
  if (rule === 'causal') return [window - 1, 0];
  if (rule !== 'same') return rule;
  // The least padding at which one window begins in every `stride` elements of the input; the odd element is after.
  let total = 0;
  while (windowsWithin(input + total, window, stride) * stride < input) total++;
  return [(total - (total % 2)) / 2, (total + (total % 2)) / 2];
}

/** The size of a transposed convolution: the least that the convolution's windows cover, or `stride` each for 'same'. */
function transposedSize(
  count: number,
  rule: 'valid' | 'same' | 'causal' | readonly [number, number],
  window: number,
  stride: number,
): number {
  if (rule === 'same') return count * stride;
  const [before, after] = paddingOf(rule, 0, window, stride);
  let size = -before - after;
  while (windowsWithin(size + before + after, window, stride) < count) size++;
  return size;
}

export const isChannelsLast = ({dataFormat}: ReferenceOptions): boolean => !dataFormat?.startsWith('NC');

const perAxis = (value: number | number[] | undefined, rank: number, otherwise: number): number[] =>
  Array.isArray(value) ? value : Array.from({length: rank}, () => value ?? otherwise);

/** Everything about one axis that options say. */
function axisOptions(options: ReferenceOptions, rank: number, axis: number) {
  const {pad = 'valid'} = options;
  const rules: ReadonlyArray<'valid' | 'same' | 'causal' | readonly [number, number]> =
    typeof pad === 'string'
      ? new Array(rank).fill(pad)
      : typeof pad === 'number'
        ? new Array(rank).fill([pad, pad])
        : // TensorFlow.js' ExplicitPadding has the batch and the channels too.
          pad.length === rank
          ? pad
          : isChannelsLast(options)
            ? pad.slice(1, rank + 1)
            : pad.slice(2);
  return {
    rule: rules[axis],
    stride: perAxis(options.strides, rank, 1)[axis],
    dilation: perAxis(options.dilations, rank, 1)[axis],
    extra: perAxis(options.outputPadding, rank, 0)[axis],
  };
}

/** The axes of a convolution of `spatial` elements. */
export function convAxes(
  spatial: readonly number[],
  kernel: readonly number[],
  options: ReferenceOptions,
): ReferenceAxis[] {
  return spatial.map((input, a) => {
    const {rule, stride, dilation} = axisOptions(options, spatial.length, a);
    const window = (kernel[a] - 1) * dilation + 1;
    const [padBefore, padAfter] = paddingOf(rule, input, window, stride);
    const output = windowsWithin(input + padBefore + padAfter, window, stride);
    return {input, kernel: kernel[a], output, stride, dilation, padBefore};
  });
}

/** The axes of the convolution whose input gradient makes more elements out of `spatial` ones. */
export function transposedAxes(
  spatial: readonly number[],
  kernel: readonly number[],
  options: ReferenceOptions,
): ReferenceAxis[] {
  return spatial.map((output, a) => {
    const {rule, stride, dilation, extra} = axisOptions(options, spatial.length, a);
    const window = (kernel[a] - 1) * dilation + 1;
    const input = options.outputShape?.[a] ?? transposedSize(output, rule, window, stride) + extra;
    const [padBefore] = paddingOf(rule, input, window, stride);
    return {input, kernel: kernel[a], output, stride, dilation, padBefore};
  });
}

/** Every output o and tap k that read an input i within the image, along one axis. */
function tapsOf({input, kernel, output, stride, dilation, padBefore}: ReferenceAxis) {
  const found: Array<{o: number; k: number; i: number}> = [];
  for (let o = 0; o < output; o++) {
    for (let k = 0; k < kernel; k++) {
      const i = o * stride - padBefore + k * dilation;
      if (i >= 0 && i < input) found.push({o, k, i});
    }
  }
  return found;
}

const spatialSize = ({axes}: ReferenceConv, of: 'input' | 'output'): number =>
  axes.reduce((size, axis) => size * axis[of], 1);

/** How far apart neighbouring channels of x, and of y, are. */
export const channelStrides = (c: ReferenceConv): {readonly x: number; readonly y: number} =>
  c.channelsLast ? {x: 1, y: 1} : {x: spatialSize(c, 'input'), y: spatialSize(c, 'output')};

/**
 * The loop nest but for the channels of a group. Calls `visit` with the flat indices of the first x, filter and y of every
 * tap, image and group.
 */
export function forEachTap(c: ReferenceConv, visit: (x: number, filter: number, y: number) => void): void {
  const {batch, axes, groups, inChannels, outChannels, channelsLast, flipFilter} = c;
  const none = {input: 1, kernel: 1, output: 1, stride: 1, dilation: 1, padBefore: 0};
  const [D, H, W] = [...new Array<ReferenceAxis>(3 - axes.length).fill(none), ...axes];
  const [channels, filters] = [inChannels / groups, outChannels / groups];
  const [inPixels, outPixels] = [spatialSize(c, 'input'), spatialSize(c, 'output')];
  const [depths, heights, widths] = [tapsOf(D), tapsOf(H), tapsOf(W)];
  for (const d of depths)
    for (const h of heights)
      for (const w of widths) {
        const from = (d.i * H.input + h.i) * W.input + w.i;
        const to = (d.o * H.output + h.o) * W.output + w.o;
        const forwards = (d.k * H.kernel + h.k) * W.kernel + w.k;
        const tap = flipFilter ? D.kernel * H.kernel * W.kernel - 1 - forwards : forwards;
        for (let b = 0; b < batch; b++)
          for (let g = 0; g < groups; g++) {
            const [ci, co] = [g * channels, g * filters];
            visit(
              channelsLast ? (b * inPixels + from) * inChannels + ci : (b * inChannels + ci) * inPixels + from,
              tap * channels * outChannels + co,
              channelsLast ? (b * outPixels + to) * outChannels + co : (b * outChannels + co) * outPixels + to,
            );
          }
      }
}

/**
 * The whole loop nest. Calls `visit` with the flat indices of x, filter and y for every term of
 *
 *     y[b, o, c] = sum over k, i of x[b, o * stride - padBefore + k * dilation, g * inChannels / groups + i]
 *                                   * filter[k, i, c]          with g = floor(c / (outChannels / groups))
 */
export function forEachTerm(c: ReferenceConv, visit: (x: number, filter: number, y: number) => void): void {
  const strides = channelStrides(c);
  const [channels, filters] = [c.inChannels / c.groups, c.outChannels / c.groups];
  forEachTap(c, (x, filter, y) => {
    for (let o = 0; o < filters; o++)
      for (let i = 0; i < channels; i++) visit(x + i * strides.x, filter + i * c.outChannels + o, y + o * strides.y);
  });
}
