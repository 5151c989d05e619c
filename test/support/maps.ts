import type {Case} from '../cases/case.js';
import {convAxes, isChannelsLast, transposedAxes} from './reference.js';
import type {ReferenceAxis, ReferenceConv} from './reference.js';
import {filterGradient, forward, inputGradient, matrix, matrixGradient, product, xSize, ySize} from './sums.js';
import {SUMS} from './summation.js';
import type {Summation} from './summation.js';
import {
  copies,
  fftError,
  fftGradientError,
  fftMatrixGradientError,
  lineError,
  sums,
  winogradGradientError,
  withMoreError,
} from './tolerance.js';
import type {Bounded} from './tolerance.js';

/** What an op is without bias and activation: linear in each of its inputs. */
export interface MultilinearMap {
  /** As the caller counts the axes. */
  readonly outputShape: readonly number[];
  readonly channels: number;
  /** Counted from the first axis of the output. */
  readonly channelAxis: number;
  /** `by` says what may have computed any step. */
  readonly apply: (inputs: readonly Bounded[], bias?: Float64Array, by?: Summation) => Bounded;
  /** The gradient of <dz, apply(inputs)> by the input number `slot`. */
  readonly adjoint: (inputs: readonly Bounded[], dz: Bounded, slot: number, by?: Summation) => Bounded;
  /** What Winograd's algorithm adds to the error of the filter's gradient at dz. */
  readonly winogradGradientError: (inputs: readonly Bounded[], dz: Bounded) => number;
}

type Linear = Pick<MultilinearMap, 'apply' | 'adjoint' | 'winogradGradientError'>;

/** Kernels that are not 3x3 have none. */
const none = (): number => 0;

/** A convolution of `source`, in whichever direction, with the error that transforms of its tiles add where those compute it. */
function transformed(
  c: ReferenceConv,
  result: Bounded,
  source: Bounded,
  filter: Bounded,
  {fft, line}: Summation,
): Bounded {
  if (!fft && !line) return result;
  const channels = c.inChannels / c.groups;
  const [byChannel, byColumn] = [new Float64Array(channels), new Float64Array(c.outChannels)];
  filter.values.forEach((value, i) => {
    byChannel[Math.floor(i / c.outChannels) % channels] += Math.abs(value);
    byColumn[i % c.outChannels] += Math.abs(value);
  });
  const largest = source.values.reduce((most, value, i) => Math.max(most, Math.abs(value) + source.error[i]), 0);
  const n = filter.values.length / Math.min(channels, c.outChannels);
  const kernel = c.axes.map(axis => axis.kernel);
  const filterSum = Math.max(...byChannel, ...byColumn);
  const byFft = fft ? fftError(n, kernel, largest, filterSum) : 0;
  const byLine = line && product(kernel) > 1 ? lineError(n / 2, largest, filterSum) : 0;
  return withMoreError(result, Math.max(byFft, byLine));
}

/** The filter's gradient, with the error that transforms of tiles add where those compute it. */
function gradient(c: ReferenceConv, x: Bounded, dz: Bounded, {fft}: Summation): Bounded {
  const result = sums(filterGradient(c), x, dz);
  return fft ? withMoreError(result, fftGradientError(c, x, dz)) : result;
}

const convolution = (c: ReferenceConv): Linear => ({
  apply: ([x, filter], bias, by = SUMS) => transformed(c, sums(forward(c), x, filter, bias), x, filter, by),
  adjoint: ([x, filter], dz, slot, by = SUMS) =>
    slot === 0 ? transformed(c, sums(inputGradient(c), dz, filter), dz, filter, by) : gradient(c, x, dz, by),
  winogradGradientError: ([x], dz) => winogradGradientError(c, x, dz),
});

/** The input gradient of the convolution c, whose y is the x here. */
const transposed = (c: ReferenceConv): Linear => ({
  apply: ([x, filter], bias, by = SUMS) => transformed(c, sums(inputGradient(c), x, filter, bias), x, filter, by),
  adjoint: ([x, filter], dz, slot, by = SUMS) =>
    slot === 0 ? transformed(c, sums(forward(c), dz, filter), dz, filter, by) : gradient(c, dz, x, by),
  winogradGradientError: ([x], dz) => winogradGradientError(c, dz, x),
});

/** second(first(x, f), g). */
const composed = (first: Linear, second: Linear): Linear => ({
  apply: ([x, f, g], bias, by) => second.apply([first.apply([x, f], undefined, by), g], bias, by),
  adjoint: ([x, f, g], dz, slot, by) => {
    const mid = first.apply([x, f], undefined, by);
    return slot === 2
      ? second.adjoint([mid, g], dz, 1, by)
      : first.adjoint([x, f], second.adjoint([mid, g], dz, 0, by), slot, by);
  },
  winogradGradientError: none,
});

/** The matrix of a convolution, which has every weight of the filter in many places. */
const matrixOf = (c: ReferenceConv): Linear => ({
  apply: ([filter]) => copies(matrix(c), filter),
  adjoint(_, dz, __, {fft} = SUMS) {
    const result = sums(matrixGradient(c), dz, {values: new Float64Array([1]), error: new Float64Array(1)});
    const [rows, columns] = [ySize(c), xSize(c)];
    return fft ? withMoreError(result, fftMatrixGradientError(c, Math.min(rows, columns), rows, dz)) : result;
  },
  winogradGradientError: none,
});

/** What shapes and options say, before the op says how they are meant. */
function read({x, filters, options = {}}: Case) {
  const rank = filters[0].length - 2;
  const channelsLast = isChannelsLast(options);
  const batched = x.length === rank + 2;
  const [batch, ...rest] = batched ? x : [1, ...x];
  const inChannels = channelsLast ? rest[rank] : rest[0];
  const spatial = channelsLast ? rest.slice(0, rank) : rest.slice(1);
  const common = {batch, channelsLast, flipFilter: options.flipFilter ?? false};
  return {rank, batched, spatial, inChannels, common, options, kernel: filters[0].slice(0, rank)};
}

function mapOf(
  linear: Linear,
  {batched, common: {batch, channelsLast}}: ReturnType<typeof read>,
  sizes: readonly number[],
  channels: number,
): MultilinearMap {
  const shape = channelsLast ? [...sizes, channels] : [channels, ...sizes];
  const outputShape = batched ? [batch, ...shape] : shape;
  return {...linear, outputShape, channels, channelAxis: outputShape.length - (channelsLast ? 1 : sizes.length + 1)};
}

const outputs = (axes: readonly ReferenceAxis[]): number[] => axes.map(({output}) => output);
const inputs = (axes: readonly ReferenceAxis[]): number[] => axes.map(({input}) => input);
const untouched = (size: number): ReferenceAxis => ({
  input: size,
  kernel: 1,
  output: size,
  stride: 1,
  dilation: 1,
  padBefore: 0,
});

function transposedMap(one: Case): MultilinearMap {
  const it = read(one);
  const [groupChannels] = one.filters[0].slice(-2);
  const {groups = 1} = it.options;
  const axes = transposedAxes(it.spatial, it.kernel, it.options);
  const channels = groupChannels * groups;
  const c = {...it.common, axes, groups, inChannels: channels, outChannels: it.inChannels};
  return mapOf(transposed(c), it, inputs(axes), channels);
}

function spatiallySeparableMap(one: Case): MultilinearMap {
  const it = read(one);
  const [column, row] = one.filters;
  const {groups = 1} = it.options;
  const [height, width] = convAxes(it.spatial, [column[0], row[1]], it.options);
  const common = {...it.common, groups};
  const first = {...common, axes: [height, untouched(width.input)], inChannels: it.inChannels, outChannels: column[3]};
  const second = {...common, axes: [untouched(height.output), width], inChannels: column[3], outChannels: row[3]};
  return mapOf(composed(convolution(first), convolution(second)), it, outputs([height, width]), row[3]);
}

/** conv1d to conv3d; with `depthwise` the filter is [...kernel, inChannels, multiplier]. */
function convMap(one: Case, depthwise: boolean): MultilinearMap {
  const it = read(one);
  const [filterChannels, filters] = one.filters[0].slice(-2);
  const groups = depthwise ? it.inChannels : (it.options.groups ?? 1);
  const axes = convAxes(it.spatial, it.kernel, it.options);
  const outChannels = depthwise ? filterChannels * filters : filters;
  const first = convolution({...it.common, axes, groups, inChannels: it.inChannels, outChannels});
  if (one.op !== 'depthwiseSeparableConv2d') return mapOf(first, it, outputs(axes), outChannels);
  const [, , , mixed] = one.filters[1];
  const second = convolution({
    ...it.common,
    axes: outputs(axes).map(untouched),
    groups: 1,
    inChannels: outChannels,
    outChannels: mixed,
  });
  return mapOf(composed(first, second), it, outputs(axes), mixed);
}

function convMatrixMap({x: plane, filters: [filter], options = {}}: Case): MultilinearMap {
  const [kh, kw, groupChannels = 1, outChannels = 1] = filter;
  const {groups = 1, flipFilter = false} = options;
  const c = {
    batch: 1,
    axes: convAxes(plane, [kh, kw], options),
    groups,
    inChannels: groupChannels * groups,
    outChannels,
    channelsLast: true,
    flipFilter,
  };
  const outputShape = [ySize(c), xSize(c)];
  return {...matrixOf(c), outputShape, channels: product(outputShape), channelAxis: 0};
}

/** The map that a case is about. */
export function multilinearMap(one: Case): MultilinearMap {
  if (one.op === 'convMatrix') return convMatrixMap(one);
  if (one.op.includes('Transpose')) return transposedMap(one);
  if (one.op === 'spatiallySeparableConv2d') return spatiallySeparableMap(one);
  return convMap(one, one.op.startsWith('depthwise'));
}
