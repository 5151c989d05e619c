import {BELOW_ZERO, CURVES, IS_BELOW_ZERO} from './activations.js';
import type {Curve} from './activations.js';
import type {Case} from '../cases/case.js';
import {multilinearMap} from './maps.js';
import type {MultilinearMap} from './maps.js';
import {accumulate, product} from './sums.js';
import {SUMS} from './summation.js';
import type {Summation} from './summation.js';
import {given, plus, sums, through, times, winogradError, withMoreError} from './tolerance.js';
import type {Bounded} from './tolerance.js';

/*
 * What the reference says of a case: y = activation(z; slopes) with z = map(inputs) + bias, and the derivatives of
 * L = <w, y> by every parameter, up to the second order. The map is linear in each input, so that
 * <dL/dinput, v> = <dz, map(inputs with v for that input)>.
 */

export interface Parameter {
  readonly name: 'x' | 'filter' | 'filter2' | 'bias' | 'slopes';
  readonly shape: readonly number[];
}

export interface Model {
  readonly map: MultilinearMap;
  /** In the order of all lists of values, gradients and so on. */
  readonly parameters: readonly Parameter[];
  readonly curves: readonly [Curve, Curve, Curve];
  readonly leakyreluAlpha: number;
  /** For each output element, the index of the element of bias or slopes that belongs to it. */
  readonly index: {readonly bias: Int32Array; readonly slopes: Int32Array};
}

/** For each element of `to` that of `from` which broadcasting, as NumPy has it, puts there. */
function broadcastIndex(from: readonly number[], to: readonly number[]): Int32Array {
  const aligned = [...new Array<number>(to.length - from.length).fill(1), ...from];
  return Int32Array.from({length: product(to)}, (_, flat) => {
    let [index, size, rest] = [0, 1, flat];
    for (let a = to.length - 1; a >= 0; a--) {
      if (aligned[a] > 1) index += (rest % to[a]) * size;
      size *= aligned[a];
      rest = Math.floor(rest / to[a]);
    }
    return index;
  });
}

export function modelOf(one: Case): Model {
  const map = multilinearMap(one);
  const {bias, slopes, activation = 'linear', leakyreluAlpha = 0.2} = one.options ?? {};
  const {channels, channelAxis, outputShape} = map;
  // A vector of as many elements as channels is along the channels in every data format.
  const perChannel = [channels, ...outputShape.slice(channelAxis + 1).map(() => 1)];
  const isVector = slopes?.length === 1 && slopes[0] === channels;
  const filters = one.filters.map((shape, i): Parameter => ({name: i === 0 ? 'filter' : 'filter2', shape}));
  return {
    map,
    leakyreluAlpha,
    curves: CURVES[activation],
    parameters: [
      ...(one.op === 'convMatrix' ? [] : [{name: 'x', shape: one.x} as const]),
      ...filters,
      ...(bias ? [{name: 'bias', shape: [channels]} as const] : []),
      ...(slopes ? [{name: 'slopes', shape: slopes} as const] : []),
    ],
    index: {
      bias: broadcastIndex(perChannel, outputShape),
      slopes: broadcastIndex(isVector ? perChannel : (slopes ?? []), outputShape),
    },
  };
}

const spread = (values: Float64Array, index: Int32Array): Float64Array => Float64Array.from(index, i => values[i]);

/** The elements of t added up by their index. */
const gather = (t: Bounded, index: Int32Array, size: number): Bounded =>
  sums(
    values => accumulate(size, add => values.forEach((value, i) => add(index[i], value))),
    t,
    given(new Float64Array([1])),
  );

/** What Winograd's algorithm adds to the error of a convolution of `source`, in whichever direction. */
function winogradMore({parameters}: Model, source: Bounded, filter: Bounded, {winograd}: Summation): number {
  if (!winograd) return 0;
  const {shape} = parameters[parameters.findIndex(({name}) => name === 'filter')];
  const [channels, columns] = shape.slice(-2);
  const [byChannel, byColumn] = [new Float64Array(channels), new Float64Array(columns)];
  filter.values.forEach((value, i) => {
    byChannel[Math.floor(i / columns) % channels] += Math.abs(value);
    byColumn[i % columns] += Math.abs(value);
  });
  const largest = source.values.reduce((most, value, i) => Math.max(most, Math.abs(value) + source.error[i]), 0);
  const n = product(shape) / 9 / Math.min(channels, columns);
  return winogradError(n, largest, Math.max(...byChannel, ...byColumn));
}

/** Every intermediate that the derivatives are made of, at these values of the parameters. */
export function evaluate(model: Model, values: readonly Float64Array[], summation: Summation = SUMS) {
  const {map, parameters, index, curves, leakyreluAlpha} = model;
  const valueOf = (name: string) => values[parameters.findIndex(parameter => parameter.name === name)];
  const inputs = values.slice(0, parameters.filter(({name}) => name !== 'bias' && name !== 'slopes').length).map(given);
  const [bias, slopeValues] = [valueOf('bias'), valueOf('slopes')];
  const sum = map.apply(inputs, bias && spread(bias, index.bias), summation);
  const z = withMoreError(sum, winogradMore(model, inputs[0], inputs[1], summation));
  const slopes = slopeValues
    ? spread(slopeValues, index.slopes)
    : new Float64Array(z.values.length).fill(leakyreluAlpha);
  return {inputs, z, slopes, along: (curve: Curve) => through(curve, z, slopes), curves};
}

/** y. */
export function output(model: Model, values: readonly Float64Array[], summation: Summation = SUMS): Bounded {
  return evaluate(model, values, summation).along(model.curves[0]);
}

/** The gradient of <dz, map(inputs) + bias> by each parameter; of the slopes for `dslopes` per output element. */
function pullBack(
  model: Model,
  inputs: readonly Bounded[],
  dz: Bounded,
  dslopes: Bounded,
  summation: Summation = SUMS,
): Bounded[] {
  const {parameters, map, index} = model;
  return parameters.map(({name, shape}, slot) => {
    if (name === 'bias') return gather(dz, index.bias, product(shape));
    if (name === 'slopes') return gather(dslopes, index.slopes, product(shape));
    return map.adjoint(inputs, dz, slot, summation);
  });
}

/** The gradient of L by each parameter. */
export function gradients(
  model: Model,
  values: readonly Float64Array[],
  w: Float64Array,
  summation: Summation = SUMS,
): Bounded[] {
  const {inputs, along, curves} = evaluate(model, values, summation);
  const dz = times(given(w), along(curves[1]));
  const more = (name: Parameter['name']): number => {
    if (name === 'x') return winogradMore(model, dz, inputs[1], summation);
    return name === 'filter' && summation.winograd ? model.map.winogradGradientError(inputs, dz) : 0;
  };
  return pullBack(model, inputs, dz, times(given(w), along(BELOW_ZERO)), summation).map((gradient, i) =>
    withMoreError(gradient, more(model.parameters[i].name)),
  );
}

/** The gradient of <dL/dparameter[slot], v> by each parameter, and last by w. */
export function secondGradients(
  model: Model,
  values: readonly Float64Array[],
  w: Float64Array,
  slot: number,
  v: Float64Array,
): Bounded[] {
  const {
    inputs,
    z,
    along,
    curves: [, first, second],
  } = evaluate(model, values);
  const {map, parameters, index} = model;
  const {name} = parameters[slot];
  const nothing = given(new Float64Array(z.values.length));
  if (name === 'slopes') {
    const spreadV = given(spread(v, index.slopes));
    const dz = times(times(given(w), along(IS_BELOW_ZERO)), spreadV);
    return [...pullBack(model, inputs, dz, nothing), times(along(BELOW_ZERO), spreadV)];
  }
  const moved = inputs.map((input, i) => (i === slot ? given(v) : input));
  // How z moves with the parameter.
  const dz = name === 'bias' ? given(spread(v, index.bias)) : map.apply(moved);
  const weighted = times(given(w), dz);
  const bent = pullBack(model, inputs, times(weighted, along(second)), times(weighted, along(IS_BELOW_ZERO)));
  const delta = times(given(w), along(first));
  const mixed = bent.map((gradient, i) =>
    i === slot || i >= inputs.length || name === 'bias' ? gradient : plus(gradient, map.adjoint(moved, delta, i)),
  );
  return [...mixed, times(along(first), dz)];
}
