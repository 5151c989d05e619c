import {norm, sub, Tensor, tidy} from '@tensorflow/tfjs-core';
import type {LayersModel} from '@tensorflow/tfjs-layers';
import {fail, RULES} from '../../errors.js';
import {readOptions} from '../../ops/read_options.js';
import type {Conv} from '../stock.js';
import {cheapest, KINDS, largest, multiplicationsBefore} from './candidates.js';
import type {Candidate, SeparationKind} from './candidates.js';
import {asContainer, buildGraph, isBuilt, isContainer, layersOf} from './containers.js';
import type {Container, Found} from './containers.js';
import {withReplacements} from './rebuild.js';
import {reportOf} from './report.js';
import type {OutputError, SeparatedLayer, SeparationReport} from './report.js';
import {SEPARATE_RULES} from './rules.js';

const OP = 'separateModel';

/** Options of {@link separateModel}. */
export interface SeparateModelOptions {
  /** Largest relative error of a kernel, from 0 to 1. Default 1e-6 where no rank is given. */
  tolerance?: number;
  /** Rank of every separated kernel, as far as it has so many. Default: the smallest within the tolerance. */
  rank?: number;
  /** The kinds to choose from. Default: all, ['spatial', 'depthwise']. */
  kinds?: readonly SeparationKind[];
  /** What the model predicts from: the report then has the errors of the outputs. */
  batch?: Tensor | Tensor[];
}

const OPTIONS = ['tolerance', 'rank', 'kinds', 'batch'] as const;

function checkOptions({tolerance, rank, kinds, batch}: SeparateModelOptions): void {
  if (tolerance !== undefined && !(tolerance >= 0 && tolerance <= 1)) {
    fail(OP, RULES.tolerance, 'tolerance', tolerance);
  }
  if (rank !== undefined && !(Number.isInteger(rank) && rank >= 1)) fail(OP, SEPARATE_RULES.rank, 'rank', rank);
  if (kinds !== undefined && !(Array.isArray(kinds) && kinds.every(kind => KINDS.includes(kind)))) {
    fail(OP, SEPARATE_RULES.kinds(KINDS), 'kinds', kinds);
  }
  const tensors: readonly unknown[] = Array.isArray(batch) ? batch : batch === undefined ? [] : [batch];
  for (const one of tensors) {
    if (!(one instanceof Tensor)) fail(OP, SEPARATE_RULES.batch, 'batch', batch);
    if (one.isDisposed) fail(OP, RULES.disposed('batch'), 'batch.isDisposed', true);
  }
}

/** @throws if it is no model, or has no graph yet. */
function containerOf(model: LayersModel): Container {
  const isModel = typeof model === 'object' && model !== null && isContainer(asContainer(model));
  if (!isModel) fail(OP, SEPARATE_RULES.model, 'model', model);
  const container = asContainer(model);
  buildGraph(container);
  if (!isBuilt(container)) fail(OP, SEPARATE_RULES.model, 'model.built', false);
  return container;
}

/** The convolutions that may be separated: those of one or two axes with their own kernel and no groups. */
const CLASSES: readonly string[] = ['Conv1D', 'Conv2D'];

interface FoundConv extends Found {
  readonly layer: Conv;
}

function isConv(found: Found): found is FoundConv {
  return CLASSES.includes(found.layer.getClassName()) && (found.layer as Partial<Conv>).kernel != null;
}

/** What becomes of a convolution. */
function entryOf({path, layer, calls}: FoundConv, candidate: Candidate | undefined): SeparatedLayer {
  const parameters = layer.countParams();
  const [kernel] = layer.getWeights();
  const before = multiplicationsBefore(layer, calls, kernel);
  if (candidate === undefined) {
    return {
      name: path,
      kind: 'unchanged',
      relativeError: 0,
      parameters: {before: parameters, after: parameters},
      multiplications: {before, after: before},
    };
  }
  const {kind, rank, relativeError, kernelParameters, multiplications} = candidate;
  return {
    name: path,
    kind,
    rank,
    relativeError,
    parameters: {before: parameters, after: parameters - kernel.size + kernelParameters},
    multiplications: {before, after: multiplications},
  };
}

const listOf = <T>(one: T | T[]): T[] => (Array.isArray(one) ? one : [one]);

function outputErrorsOf(before: LayersModel, after: LayersModel, batch: Tensor | Tensor[]): OutputError[] {
  const outputs = [before, after].map(model => listOf(model.predict(batch)));
  return outputs[0].map((expected, i) => {
    const difference = sub(outputs[1][i], expected);
    const [distance, length] = [difference, expected].map(t => norm(t).dataSync()[0]);
    return {
      name: before.outputNames[i],
      relativeError: distance === 0 ? 0 : distance / length,
      largestError: largest(difference),
    };
  });
}

const hasGroups = (layer: Conv): boolean => ((layer as {readonly groups?: number}).groups ?? 1) > 1;

/**
 * Makes a model out of a LayersModel whose convolutions are cheaper layers, wherever their kernels are separable or can be
 * approximated by ones that are:
 *
 * - `'spatial'`: a column and a row, layer `SpatiallySeparableConv2D`, by the singular value decomposition of the kernel
 *   as a [height * inChannels, width * filters] matrix (see `separateFilter`). Of a 1x1 kernel it makes two
 *   pointwise convolutions.
 * - `'depthwise'`: filters for each channel and a pointwise convolution, layers `SeparableConv2D` and `SeparableConv1D`, by
 *   the decompositions of the [taps, filters] matrices of all input channels:
 *   kernel[t, c, o] = sum over m < rank of depthwise[t, c, m] * pointwise[c * rank + m, o].
 *
 * Each Conv1D and Conv2D gets the one of the fewest multiplications that keeps to the tolerance, or has the rank. Those
 * that would not get cheaper stay, as do all other layers, among them grouped and transposed convolutions. Columns run over
 * the whole width of the input, so that strides of the width make 'spatial' dearer.
 *
 * Names, activations, biases, strides, dilation, padding, data format and whether a layer is trainable are kept; shared
 * layers stay shared, models within models are gone through. Initializer, regularizer and constraint of a kernel become
 * those of both kernels; a layer stays where a constraint would change these. The new model has its own variables, and is
 * not compiled; the given one stays as it is. Layers of classes of one's own have to be registered by
 * `tf.serialization.registerClass`, as for loading. Decompositions run on the host and take the cube of the smaller side
 * of the matrix: seconds to see that a 3x3 kernel of 256 channels is not separable in space, ten times that to separate
 * it.
 *
 * @param model a LayersModel, functional or sequential, with its weights.
 * @param options see {@link SeparateModelOptions}.
 * @returns the model, and a report of what has become of each convolution, whose text is a table.
 * @throws `separateModel: <rule>; got <name>=<value>` before anything is computed.
 * @example
 * ```ts
 * const given = tf.sequential({
 *   layers: [tf.layers.conv2d({filters: 8, kernelSize: 5, inputShape: [32, 32, 4], padding: 'same'})],
 * });
 * const {model, report} = separateModel(given, {rank: 2, kinds: ['depthwise']});
 * console.log(report.layers[0].multiplications); // {"before":819200,"after":270336}
 * model.compile({optimizer: 'adam', loss: 'meanSquaredError'}); // and train it on, or save it
 * ```
 */
export function separateModel(
  model: LayersModel,
  options: SeparateModelOptions = {},
): {model: LayersModel; report: SeparationReport} {
  const given = readOptions(OP, OPTIONS, options);
  checkOptions(given);
  const container = containerOf(model);
  const {kinds = KINDS, batch} = given;
  const replacements = new Map<string, Candidate>();
  // Both are set below: a tidy would look for tensors in what it returns, all through a model.
  let made: LayersModel | undefined;
  let report: SeparationReport | undefined;
  tidy(() => {
    const entries = [...layersOf(container)].filter(isConv).map(found => {
      const candidate = hasGroups(found.layer) ? undefined : cheapest(found.layer, found.calls, kinds, given);
      if (candidate !== undefined) replacements.set(found.path, candidate);
      return entryOf(found, candidate);
    });
    made = withReplacements(model, replacements);
    report = reportOf(entries, batch === undefined ? undefined : outputErrorsOf(model, made, batch));
  });
  return {model: made!, report: report!};
}
