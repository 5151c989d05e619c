import * as tf from '@tensorflow/tfjs';
import {variantsRun} from 'tfjs-conv';
import {registerGraphOps} from 'tfjs-conv/graph-model';
import type {AttrValue} from '../../../src/graph_model/optimize/types.js';
import {BACKENDS} from '../../support/backends.js';
import {artifactsOf, float, integer, integers, node, placeholder, text, texts} from '../../support/graphs.js';
import {counts, plus} from '../../support/memory.js';

/*
 * From its third run on, a node repeats what its second has found out. Whatever has changed by then, it gives what it gives
 * in a model that is new.
 */

const PLANAR = {strides: integers(1, 1, 1, 1), dilations: integers(1, 1, 1, 1), padding: text('SAME')};
const fused = (...names: string[]): Record<string, AttrValue> => ({
  ...PLANAR,
  fused_ops: texts(...names),
  num_args: integer(names.filter(name => ['BiasAdd', 'Prelu'].includes(name)).length),
  epsilon: float(0),
  leakyrelu_alpha: float(0.5),
});

/** Whole numbers, so that all sums are exact. */
const wholes = (shape: number[], seed: number): tf.Tensor => tf.round(tf.randomUniform(shape, -4, 4, 'float32', seed));

interface NodeTest {
  readonly op: string;
  readonly attr: Readonly<Record<string, AttrValue>>;
  readonly x: number[];
  readonly others: readonly number[][];
}

const NODES: {readonly [name: string]: NodeTest} = {
  plain: {op: 'Conv2D', attr: PLANAR, x: [1, 5, 6, 8], others: [[1, 1, 8, 6]]},
  'bias and relu': {op: '_FusedConv2D', attr: fused('BiasAdd', 'Relu'), x: [2, 4, 5, 3], others: [[3, 2, 3, 4], [4]]},
  'bias of another rank': {
    op: '_FusedConv2D',
    attr: fused('BiasAdd'),
    x: [1, 4, 4, 3],
    others: [
      [1, 1, 3, 4],
      [1, 1, 1, 4],
    ],
  },
  'bias and prelu': {
    op: '_FusedConv2D',
    attr: fused('BiasAdd', 'Prelu'),
    x: [1, 4, 5, 3],
    others: [[3, 3, 3, 4], [4], [1, 1, 4]],
  },
  'leakyrelu alone': {op: '_FusedConv2D', attr: fused('LeakyRelu'), x: [1, 4, 5, 3], others: [[1, 3, 3, 4]]},
  'bias and tanh, a step of its own': {
    op: '_FusedConv2D',
    attr: fused('BiasAdd', 'Tanh'),
    x: [1, 3, 3, 2],
    others: [[1, 1, 2, 2], [2]],
  },
  depthwise: {
    op: 'FusedDepthwiseConv2dNative',
    attr: fused('BiasAdd', 'Relu6'),
    x: [1, 7, 6, 5],
    others: [[3, 3, 5, 1], [5]],
  },
  'in groups': {op: 'Conv2D', attr: PLANAR, x: [1, 5, 6, 8], others: [[3, 3, 2, 8]]},
};

const names = ({others}: NodeTest): string[] => ['x', ...others.map((_, i) => `input${i}`)];

/** A model of one node, whose inputs are all given at each run. */
function load(test: NodeTest): tf.GraphModel {
  const nodes = [...names(test).map(name => placeholder(name)), node('y', test.op, names(test), {...test.attr})];
  return tf.loadGraphModelSync(artifactsOf({nodes})) as unknown as tf.GraphModel;
}

const run = (model: tf.GraphModel, test: NodeTest, inputs: readonly tf.Tensor[]): tf.Tensor =>
  model.execute(Object.fromEntries(names(test).map((name, i) => [name, inputs[i]])), 'y') as tf.Tensor;

function expectAsNew(model: tf.GraphModel, test: NodeTest, inputs: readonly tf.Tensor[]): void {
  const before = counts();
  const y = run(model, test, inputs);
  expect(counts()).toEqual(plus(before, [y]));
  const fresh = load(test);
  const expected = run(fresh, test, inputs);
  fresh.dispose();
  expect(y.shape).toEqual(expected.shape);
  expect(y.dataSync()).toEqual(expected.dataSync());
  tf.dispose([y, expected]);
}

describe.each(BACKENDS)('nodes that run again on $name', ({name}) => {
  let unregister: () => void;
  beforeAll(async () => {
    await tf.setBackend(name);
    unregister = registerGraphOps();
  });
  afterAll(() => unregister());
  beforeEach(() => tf.engine().startScope());
  afterEach(() => tf.engine().endScope());

  test.each(Object.entries(NODES))('%s', (_, given) => {
    const model = load(given);
    const [x, ...others] = [given.x, ...given.others].map(wholes);
    for (let i = 0; i < 4; i++) expectAsNew(model, given, [x, ...others]);
    expectAsNew(model, given, [tf.neg(x), ...others]);
    expectAsNew(model, given, [tf.concat([x, x], 1), ...others]);
    expectAsNew(model, given, [x, ...others.map(t => tf.neg(t))]);
    expectAsNew(model, given, [x, ...others]);
    const {variants} = variantsRun(() => run(model, given, [x, ...others]));
    expect(variants.length).toBe(1);
    model.dispose();
  });

  test('with a gradient in between', () => {
    const given = NODES['bias and relu'];
    const model = load(given);
    const [x, ...others] = [given.x, ...given.others].map(wholes);
    const gradient = (of: tf.GraphModel) =>
      tf
        .grad(
          image =>
            run(of, given, [image, ...others])
              .square()
              .sum() as tf.Scalar,
        )(x)
        .dataSync();
    for (let i = 0; i < 3; i++) run(model, given, [x, ...others]);
    expect(gradient(model)).toEqual(gradient(load(given)));
    expectAsNew(model, given, [x, ...others]);
  });

  test('a tensor that is gone is an error', () => {
    const given = NODES['bias and relu'];
    const model = load(given);
    const inputs = [given.x, ...given.others].map(wholes);
    for (let i = 0; i < 3; i++) run(model, given, inputs);
    inputs[2].dispose();
    expect(() => run(model, given, inputs)).toThrow(/disposed/);
  });
});
