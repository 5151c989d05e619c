import {engine, tensor, tidy} from '@tensorflow/tfjs-core';
import type {Tensor} from '@tensorflow/tfjs-core';
import {product} from '../src/geometry/conv.js';
import {NO_ACTIVATION} from '../src/registry/kernel_names.js';
import {runKernel} from '../src/registry/run_kernel.js';
import {resolvedOf} from './layer.js';
import {measure, pseudoRandom} from './measure.js';
import type {Contestant, Measured} from './measure.js';
import {operandsOf, roundingOf} from './measure_layer.js';
import {builtin, ours} from './peers/backends.js';
import type {Runtime} from './peers/peer.js';
import {output} from './peers/tfjs.js';
import {LAYERS} from './shapes.js';
import type {Layer} from './shapes.js';

/** The 3x3 layers of stride 1 and the 1x1 layers. */
export const GRADIENT_LAYERS: readonly Layer[] = LAYERS.filter(
  ({op, filter: [height, width], options: {groups = 1}}) =>
    op === 'conv2d' && groups === 1 && height === width && height <= 3,
);

/** Names of what is timed, in {@link Measured.timings}. */
export const PASSES = {
  forward: 'forward',
  filter: 'filter gradient',
  input: 'input gradient',
  builtinFilter: 'filter gradient, tfjs-cpu',
  builtinInput: 'input gradient, tfjs-cpu',
} as const;

type Operands = {readonly [name in 'x' | 'filter' | 'dy']: Tensor};

/**
 * Both gradients on the wasm backend beside the forward, and on request on tfjs-cpu, which takes seconds, and has none
 * where there are dilations.
 */
export function measureGradients(layer: Layer, rounds: number, withBuiltin: boolean): Promise<Measured> {
  const {geometry, outputShape} = resolvedOf(layer);
  const [x, filter] = operandsOf(layer);
  const dy = pseudoRandom(product(outputShape), 3);
  const contestant = (
    name: string,
    {activate}: Runtime,
    computes: string,
    run: (operands: Operands) => Tensor,
  ): Contestant => ({
    name,
    activate,
    computes,
    prepare: () => {
      const operands = {
        x: tensor(x, [...layer.x]),
        filter: tensor(filter, [...layer.filter]),
        dy: tensor(dy, outputShape),
      };
      return Promise.resolve({
        run: () => output(tidy(() => run(operands))),
        dispose: () => Object.values(operands).forEach(one => one.dispose()),
      });
    },
  });
  const inputShape = [...layer.x];
  const filterShape = [...layer.filter];
  const builtinAttrs = {strides: 1, pad: 'same', dataFormat: 'NHWC', inputShape, filterShape};
  const passes = [
    contestant(PASSES.forward, ours.wasm, 'forward', ({x, filter}) =>
      runKernel('ConvND', {x, filter}, {geometry, outputShape, ...NO_ACTIVATION}),
    ),
    contestant(PASSES.filter, ours.wasm, 'filter', ({x, dy}) =>
      runKernel('ConvNDBackpropFilter', {x, dy}, {geometry, outputShape: filterShape}),
    ),
    contestant(PASSES.input, ours.wasm, 'input', ({dy, filter}) =>
      runKernel('ConvNDBackpropInput', {dy, filter}, {geometry, outputShape: inputShape, ...NO_ACTIVATION}),
    ),
  ];
  const builtinPasses =
    !withBuiltin || layer.options.dilations !== undefined
      ? []
      : [
          contestant(PASSES.builtinFilter, builtin.cpu, 'filter', ({x, dy}) =>
            engine().runKernel('Conv2DBackpropFilter', {x, dy}, builtinAttrs),
          ),
          contestant(PASSES.builtinInput, builtin.cpu, 'input', ({dy, filter}) =>
            engine().runKernel('Conv2DBackpropInput', {dy, filter}, builtinAttrs),
          ),
        ];
  const [height, width] = geometry.axes.slice(1).map(axis => axis.output);
  return measure(layer.name, [...passes, ...builtinPasses], {
    rounds,
    timeEach: 1000,
    bound: (_, computes) => roundingOf(computes === 'filter' ? height * width : product(filterShape) / filterShape[2]),
  });
}
