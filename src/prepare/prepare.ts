import {backend, ready} from '@tensorflow/tfjs-core';
import type {Tensor} from '@tensorflow/tfjs-core';
import {fail, MODEL_RULES} from '../errors.js';
import {readOptions} from '../ops/read_options.js';
import {webglCompiler} from './compile_webgl.js';
import {webgpuCompiler} from './compile_webgpu.js';
import {readInputs} from './inputs.js';
import type {ModelInputs, PrepareInputs} from './inputs.js';
import {methodsOf, withOutputs} from './model.js';
import type {Method, PreparableModel} from './model.js';
import {pause} from './pause.js';
import {isSettled} from './settle.js';

/** What {@link prepare} is at: compiling programs side by side, running the model, or done. */
export type PrepareStep = 'compile' | 'run' | 'done';

/** Options of {@link prepare}. */
export interface PrepareOptions {
  /** Hears how far it is, from 0 to 1 and never less than before, and what it is at. It ends with 1 and 'done'. */
  onProgress?: (fraction: number, step: PrepareStep) => void;
  /** Runs of the model at most, from 1 on. Default 16. */
  maxRuns?: number;
  /**
   * Whether the model may first be run without being computed, so that the programs of backends webgl and webgpu compile
   * side by side. Default: for LayersModels and GraphModels without states, as other code may keep what was not computed.
   */
  parallelCompile?: boolean;
}

/** What {@link prepare} has done. */
export interface Prepared {
  /** Times of the runs in ms, results read. The first has compiled, packed and allocated what was left to do. */
  readonly times: readonly number[];
}

const OPTIONS = ['onProgress', 'maxRuns', 'parallelCompile'] as const;

function checkOptions(op: string, {onProgress, maxRuns, parallelCompile}: PrepareOptions): void {
  if (onProgress !== undefined && typeof onProgress !== 'function') {
    fail(op, MODEL_RULES.onProgress, 'onProgress', onProgress);
  }
  if (maxRuns !== undefined && !(Number.isInteger(maxRuns) && maxRuns >= 1)) {
    fail(op, MODEL_RULES.maxRuns, 'maxRuns', maxRuns);
  }
  if (parallelCompile !== undefined && typeof parallelCompile !== 'boolean') {
    fail(op, MODEL_RULES.parallelCompile, 'parallelCompile', parallelCompile);
  }
}

/** Part of the progress that compiling takes, and that the first run after it. */
const [COMPILED, FIRST] = [0.4, 0.7];

/** Tells what is new. */
function progressTo({onProgress}: PrepareOptions): (fraction: number, step: PrepareStep) => void {
  let told = '';
  return (fraction, step) => {
    if (told !== (told = `${fraction} ${step}`)) onProgress?.(fraction, step);
  };
}

const read = (outputs: Tensor[]) => Promise.all(outputs.map(output => output.data()));

/** Runs a model by the first of its methods that can: predict of a GraphModel with control flow cannot. */
async function firstRun(methods: readonly Method[], inputs: ModelInputs): Promise<Method> {
  let refused: {readonly error: unknown} | undefined;
  for (const method of methods) {
    try {
      await withOutputs(() => method.run(inputs), read);
      return method;
    } catch (error) {
      refused ??= {error};
    }
  }
  throw refused?.error;
}

async function timed<T>(times: number[], run: () => Promise<T>): Promise<T> {
  const start = performance.now();
  const result = await run();
  times.push(performance.now() - start);
  return result;
}

/** Runs a model until it gets no faster. */
async function runs(
  methods: readonly Method[],
  inputs: ModelInputs,
  {maxRuns}: PrepareOptions,
  progress: (fraction: number) => void,
): Promise<number[]> {
  const times: number[] = [];
  const method = await timed(times, () => firstRun(methods, inputs));
  progress(FIRST);
  await pause();
  while (!isSettled(times, maxRuns)) {
    await timed(times, () => withOutputs(() => method.run(inputs), read));
    progress(1 - (1 - FIRST) / times.length);
    await pause();
  }
  return times;
}

/**
 * Does ahead of the first prediction what a first prediction takes longer for: filters are packed, programs of the GPU
 * compiled, side by side where the driver can, memory is allocated, and JavaScript and WebAssembly are compiled. The model
 * is run until it gets no faster; its results are read and disposed. Between the steps, pages draw and answer.
 *
 * Call it after the model is loaded and after whatever changes what runs (`tf.setBackend`, `accelerate()`), with inputs of the shapes that will be used: other shapes need other preparations.
 *
 * ```ts
 * const model = await tf.loadLayersModel(url);
 * await prepare(model, [1, 224, 224, 3], {onProgress: (fraction, step) => console.log(fraction, step)});
 * ```
 *
 * @param model a LayersModel, GraphModel, any object with `predict`, `execute`, `executeAsync` or `call` (the first of
 *   them that runs is used), or a function of the inputs.
 * @param inputs what the model is called with: a tensor, a list, or a map by names. A shape in place of a tensor stands
 *   for zeros of the type that the model says, float32 otherwise. Tensors stay the caller's.
 * @param options see {@link PrepareOptions}.
 * @returns how long each run took.
 * @throws `prepare: <rule>; got <name>=<value>` before anything runs, and what the model throws.
 * @example
 * ```ts
 * const filter = tf.ones([3, 3, 3, 8]) as tf.Tensor4D;
 * const net = (x: tf.Tensor) => tf.relu(conv2d(x as tf.Tensor4D, filter, {pad: 'same'}));
 * const {times} = await prepare(net, [1, 32, 32, 3]);
 * console.log(times.length > 1); // true
 * ```
 */
export async function prepare(
  model: PreparableModel,
  inputs: PrepareInputs,
  options: PrepareOptions = {},
): Promise<Prepared> {
  const op = 'prepare';
  const given = readOptions(op, OPTIONS, options);
  checkOptions(op, given);
  const methods = methodsOf(op, model);
  await ready();
  const {inputs: $inputs, made} = readInputs(op, model, inputs);
  const progress = progressTo(given);
  try {
    const compile = webglCompiler(backend()) ?? webgpuCompiler(backend());
    const [method] = methods;
    const trace = () =>
      withOutputs(
        () => method.run($inputs),
        () => undefined,
      );
    let done = 0;
    if (compile !== undefined && (given.parallelCompile ?? method.isTraceable)) {
      progress(0, 'compile');
      await compile(trace, part => progress(COMPILED * part, 'compile'));
      done = COMPILED;
    }
    progress(done, 'run');
    await pause();
    const times = await runs(methods, $inputs, given, fraction => progress(fraction, 'run'));
    progress(1, 'done');
    return {times};
  } finally {
    made.forEach(tensor => tensor.dispose());
  }
}
