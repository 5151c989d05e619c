import {engine} from '@tensorflow/tfjs-core';
import {product} from '../../src/geometry/conv.js';
import {NO_ACTIVATION} from '../../src/registry/kernel_names.js';
import {runKernel} from '../../src/registry/run_kernel.js';
import {resolvedOf} from '../layer.js';
import {pseudoRandom} from '../measure.js';
import type {Contestant} from '../measure.js';
import {GRADIENT_LAYERS} from '../measure_gradients.js';
import {operandsOf, roundingOf} from '../measure_layer.js';
import {OUR_OPS} from '../peers/our_ops.js';
import {BUILTIN_OPS} from '../peers/tfjs.js';
import {conv, LAYERS} from '../shapes.js';
import type {Layer} from '../shapes.js';
import type {Clock} from './clock.js';
import {BUILTIN, layerOperands, OURS, ofTensors, peersOf, variantsOf} from './contestants.js';

/** What is computed by all contestants. */
export interface Task {
  readonly name: string;
  readonly terms: number;
  /** The variant that ours are computed by. */
  readonly variant?: string;
  readonly contestants: () => Promise<Contestant[]>;
}

export interface ForwardOptions {
  /** Also by every variant that computes the layer. */
  readonly variants: boolean;
  /** Also by other runtimes. */
  readonly peers: boolean;
}

const ours = (layer: Layer, clock: Clock, name: string, variant?: string): Contestant =>
  ofTensors(name, clock, layerOperands(layer), ([a, b]) => OUR_OPS[layer.op](a, b, layer), variant);

function forwardTask(layer: Layer, clock: Clock, {variants, peers}: ForwardOptions): Task {
  const {geometry: g} = resolvedOf(layer);
  const {chosen, all} = variantsOf(layer);
  const terms = (product(layer.filter) / g.outChannels) * g.groups;
  return {
    name: layer.name,
    terms,
    variant: chosen,
    contestants: async () => [
      ours(layer, clock, OURS),
      ofTensors(BUILTIN, clock, layerOperands(layer), ([a, b]) => BUILTIN_OPS[layer.op](a, b, layer)),
      ...(variants ? all.map(variant => ours(layer, clock, variant, variant)) : []),
      ...(peers ? await peersOf(layer, clock, roundingOf(terms)) : []),
    ],
  };
}

export const forwardTasks = (clock: Clock, options: ForwardOptions): Task[] =>
  LAYERS.map(layer => forwardTask(layer, clock, options));

function gradientTasksOf(layer: Layer, clock: Clock): Task[] {
  const {geometry, outputShape} = resolvedOf(layer);
  const [x, filter] = operandsOf(layer);
  const dy = pseudoRandom(product(outputShape), 3);
  const [inputShape, filterShape] = [[...layer.x], [...layer.filter]];
  const attrs = {strides: 1, pad: 'same', dataFormat: 'NHWC', inputShape, filterShape};
  const forFilter = [
    [x, inputShape],
    [dy, outputShape],
  ] as const;
  const forInput = [
    [dy, outputShape],
    [filter, filterShape],
  ] as const;
  return [
    {
      name: `filter gradient, ${layer.name}`,
      terms: geometry.axes[1].output * geometry.axes[2].output,
      contestants: () =>
        Promise.resolve([
          ofTensors(OURS, clock, forFilter, ([a, b]) =>
            runKernel('ConvNDBackpropFilter', {x: a, dy: b}, {geometry, outputShape: filterShape}),
          ),
          ofTensors(BUILTIN, clock, forFilter, ([a, b]) =>
            engine().runKernel('Conv2DBackpropFilter', {x: a, dy: b}, attrs),
          ),
        ]),
    },
    {
      name: `input gradient, ${layer.name}`,
      terms: product(filterShape) / geometry.inChannels,
      contestants: () =>
        Promise.resolve([
          ofTensors(OURS, clock, forInput, ([a, b]) =>
            runKernel('ConvNDBackpropInput', {dy: a, filter: b}, {geometry, outputShape: inputShape, ...NO_ACTIVATION}),
          ),
          ofTensors(BUILTIN, clock, forInput, ([a, b]) =>
            engine().runKernel('Conv2DBackpropInput', {dy: a, filter: b}, attrs),
          ),
        ]),
    },
  ];
}

export const gradientTasks = (clock: Clock): Task[] =>
  GRADIENT_LAYERS.filter(({options: {dilations}}) => dilations === undefined).flatMap(layer =>
    gradientTasksOf(layer, clock),
  );

/** Layers of 3x3 of all sizes, by two variants. */
export const variantTasks = (clock: Clock, variants: readonly string[]): Task[] =>
  [32, 48, 64, 128].flatMap(channels =>
    [7, 14, 28, 56].map((size): Task => {
      const shape = [size, size, channels];
      const layer = conv(`3x3 ${size}x${size} ${channels}-${channels}`, shape, [3, 3, channels, channels]);
      return {
        name: layer.name,
        terms: 9 * channels,
        contestants: () => Promise.resolve(variants.map(variant => ours(layer, clock, variant, variant))),
      };
    }),
  );
