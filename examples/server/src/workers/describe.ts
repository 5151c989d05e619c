/** Tries a model before it serves: what its outputs are, and whether its rows are independent of each other. */
import {messageOf} from '../protocol/error.js';
import {sliceRows} from '../protocol/rows.js';
import {
  type Datatype,
  elementCount,
  type Elements,
  type ModelSpec,
  type Tensor,
  tensorOf,
  type TensorSpec,
} from '../protocol/tensor.js';
import type {WorkerSetup} from './messages.js';
import type {LoadedModel} from './model.js';

/** Of an answer's largest value: what rows may differ by when others are beside them; dependence shows as far more. */
const TOLERANCE = 1e-3;
/** Sizes that dimensions of any size are tried with. */
const FREE_SIZES = [32, 64];

export interface Described {
  readonly spec: ModelSpec;
  readonly warning: string | undefined;
}

export async function describeModel(model: LoadedModel, warmUp: WorkerSetup['warmUp']): Promise<Described> {
  const {platform, inputs, run} = model;
  const mayBatch = inputs.length > 0 && inputs.every(({shape}) => shape[0] === -1);
  const one = samples(inputs, warmUp, 1, FREE_SIZES[0]);
  const pair = samples(inputs, warmUp, 2, FREE_SIZES[1]);
  const single = await run(one);
  const double = await run(pair);
  const outputs = single.map((output, i) => outputSpec(output, double[i].shape));
  const follows = single.every(({shape}, i) => shape[0] === 1 && double[i].shape[0] === 2);
  const spec = {platform, inputs, outputs};
  if (!mayBatch || !follows) return {spec: {...spec, batches: false}, warning: undefined};
  const problem = await dependence(run, pair, double);
  return {spec: {...spec, batches: problem === undefined}, warning: problem};
}

/** Why rows cannot be answered together; undefined where they can. */
async function dependence(
  run: LoadedModel['run'],
  pair: readonly Tensor[],
  double: readonly Tensor[],
): Promise<string | undefined> {
  for (const row of [0, 1]) {
    let alone: Tensor[];
    try {
      alone = await run(pair.map(tensor => sliceRows(tensor, row, row + 1)));
    } catch (error) {
      return `a row of a batch fails alone, so that requests are not joined: ${messageOf(error)}`;
    }
    const differs = alone.findIndex((output, i) => !isClose(output, sliceRows(double[i], row, row + 1)));
    if (differs >= 0)
      return `output '${double[differs].name}' of a row depends on the rows beside it, so that requests are not joined`;
  }
  return undefined;
}

function isClose(a: Tensor, b: Tensor): boolean {
  if (a.datatype === 'BYTES' || b.datatype === 'BYTES') return true;
  const [x, y] = [a.data, b.data];
  let largest = 0;
  for (const value of x) if (Number.isFinite(value)) largest = Math.max(largest, Math.abs(value));
  return (
    x.length === y.length &&
    x.every((value, i) => Object.is(value, y[i]) || Math.abs(value - y[i]) <= TOLERANCE * largest)
  );
}

function outputSpec({name, datatype, shape}: Tensor, other: readonly number[]): TensorSpec {
  if (other.length !== shape.length)
    throw new Error(`output '${name}' has now ${shape.length} dimensions, now ${other.length}`);
  return {name, datatype, shape: shape.map((size, axis) => (size === other[axis] ? size : -1))};
}

function samples(inputs: readonly TensorSpec[], warmUp: WorkerSetup['warmUp'], batch: number, free: number): Tensor[] {
  return inputs.map(({name, datatype, shape: wanted}, i) => {
    const given = warmUp?.[name];
    if (given && given.length !== wanted.length)
      throw new Error(`warmUp of '${name}' has another rank than [${wanted}]`);
    const shape = wanted.map((size, axis) => (size !== -1 ? size : axis === 0 ? batch : (given?.[axis] ?? free)));
    const count = elementCount(shape);
    const random = randomNumbers(i + 1);
    return tensorOf(name, datatype, shape, kind => SAMPLES[kind](count, random));
  });
}

/** Integers are 0, which every table of indices has. */
const SAMPLES: {readonly [D in Datatype]: (count: number, random: () => number) => Elements[D]} = {
  FP32: (count, random) => Float32Array.from({length: count}, random),
  INT32: count => new Int32Array(count),
  BOOL: count => new Uint8Array(count),
  BYTES: count => Array.from({length: count}, () => new Uint8Array()),
};

/** Numbers in 0..1, the same ones for the same seed (mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
