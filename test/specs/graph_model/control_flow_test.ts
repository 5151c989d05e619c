import * as tf from '@tensorflow/tfjs';
import {conv2d} from 'tfjs-conv';
import {loadGraphModel, registerGraphOps} from 'tfjs-conv/graph-model';
import {BACKENDS} from '../../support/backends.js';
import {numbers} from '../../support/data.js';
import {
  artifactsOf,
  calls,
  definition,
  integer,
  integers,
  node,
  placeholder,
  text,
  weight,
} from '../../support/graphs.js';
import type {Graph, Weight} from '../../support/graphs.js';
import {counts, plus} from '../../support/memory.js';

/* Loops and branches around grouped convolutions, which TensorFlow.js runs with executeAsync and without a scope. */

const ATTR = {
  strides: integers(1, 1, 1, 1),
  dilations: integers(1, 2, 1, 1),
  padding: text('EXPLICIT'),
  explicit_paddings: integers(0, 0, 2, 2, 1, 1, 0, 0),
  data_format: text('NHWC'),
};
const SHAPE: [number, number, number, number] = [3, 3, 2, 4];
const VALUES = numbers('loop', 72).map(value => value / 8);
const FILTER = weight(SHAPE, VALUES);
const scalar = (value: number): Weight => ({shape: [], values: [value], dtype: 'int32'});

/** The convolution in a call, as Keras has it. */
const CONVOLUTION = definition(
  'convolution',
  ['inputs', 'kernel'],
  [node('conv', 'Conv2D', ['inputs', 'kernel'], ATTR)],
  {out: 'conv:output:0'},
);
const called = (name: string, image: string, filter: string) =>
  node(name, 'StatefulPartitionedCall', [image, filter], {f: calls('convolution')});

/** Three rounds of a loop that a node runs. */
const WHILE: Graph = {
  nodes: [
    placeholder('x'),
    node('loop', 'StatelessWhile', ['zero', 'x', 'filter'], {cond: calls('cond'), body: calls('body')}),
    node('y', 'Identity', ['loop:1']),
  ],
  weights: {zero: scalar(0), filter: FILTER, 'cond/three': scalar(3), 'body/one': scalar(1)},
  functions: [
    CONVOLUTION,
    definition(
      'cond',
      ['i', 'image', 'kernel'],
      [node('cond/three', 'Const'), node('less', 'Less', ['i', 'cond/three'])],
      {more: 'less:z:0'},
    ),
    definition(
      'body',
      ['i', 'image', 'kernel'],
      [
        node('body/one', 'Const'),
        node('next', 'AddV2', ['i', 'body/one']),
        called('call', 'image', 'kernel'),
        node('relu', 'Relu', ['call:output:0']),
        node('kept', 'Identity', ['kernel']),
      ],
      {count: 'next:z:0', result: 'relu:activations:0', filter: 'kept:output:0'},
    ),
  ],
};

const FRAME = {frame_name: text('loop'), parallel_iterations: integer(1)};
const INVARIANT = {...FRAME, is_constant: {b: true}};

/** The same loop in nodes that steer the flow. */
const FRAMES: Graph = {
  nodes: [
    placeholder('x'),
    node('enterI', 'Enter', ['zero'], FRAME),
    node('enterX', 'Enter', ['x'], FRAME),
    node('enterFilter', 'Enter', ['filter'], INVARIANT),
    node('enterOne', 'Enter', ['one'], INVARIANT),
    node('enterThree', 'Enter', ['three'], INVARIANT),
    node('mergeI', 'Merge', ['enterI', 'nextI']),
    node('mergeX', 'Merge', ['enterX', 'nextX']),
    node('less', 'Less', ['mergeI', 'enterThree']),
    node('more', 'LoopCond', ['less']),
    node('switchI', 'Switch', ['mergeI', 'more']),
    node('switchX', 'Switch', ['mergeX', 'more']),
    node('add', 'AddV2', ['switchI:1', 'enterOne']),
    called('call', 'switchX:1', 'enterFilter'),
    node('relu', 'Relu', ['call']),
    node('nextI', 'NextIteration', ['add']),
    node('nextX', 'NextIteration', ['relu']),
    node('y', 'Exit', ['switchX']),
  ],
  weights: {zero: scalar(0), one: scalar(1), three: scalar(3), filter: FILTER},
  functions: [CONVOLUTION],
};

/** A branch that a node takes. */
const IF: Graph = {
  nodes: [
    placeholder('x'),
    placeholder('p', 'DT_BOOL'),
    node('y', 'StatelessIf', ['p', 'x', 'filter'], {then_branch: calls('then'), else_branch: calls('else')}),
  ],
  weights: {filter: FILTER},
  functions: [
    CONVOLUTION,
    definition('then', ['image', 'kernel'], [called('call', 'image', 'kernel')], {result: 'call:output:0'}),
    definition('else', ['image', 'kernel'], [node('negated', 'Neg', ['image'])], {result: 'negated:y:0'}),
  ],
};

/** The same branch in nodes that steer the flow. */
const SWITCH: Graph = {
  nodes: [
    placeholder('x'),
    placeholder('p', 'DT_BOOL'),
    node('taken', 'Switch', ['x', 'p']),
    node('conv', 'Conv2D', ['taken:1', 'filter'], ATTR),
    node('negated', 'Neg', ['taken']),
    node('y', 'Merge', ['negated', 'conv']),
  ],
  weights: {filter: FILTER},
};

const convolve = (image: tf.Tensor): tf.Tensor =>
  conv2d(image as tf.Tensor4D, tf.tensor4d(Float32Array.from(VALUES), SHAPE), {
    dilations: [2, 1],
    pad: [
      [2, 2],
      [1, 1],
    ],
    groups: 2,
  });
const thrice = (image: tf.Tensor): tf.Tensor => [1, 2, 3].reduce(y => tf.relu(convolve(y)), image);

interface FlowTest {
  readonly graph: Graph;
  readonly p?: boolean;
  readonly expected: (image: tf.Tensor) => tf.Tensor;
}

const TESTS: Readonly<Record<string, FlowTest>> = {
  StatelessWhile: {graph: WHILE, expected: thrice},
  'Enter, Merge, Switch, NextIteration, Exit': {graph: FRAMES, expected: thrice},
  'StatelessIf, taken': {graph: IF, p: true, expected: convolve},
  'StatelessIf, not taken': {graph: IF, p: false, expected: image => tf.neg(image)},
  'Switch and Merge, taken': {graph: SWITCH, p: true, expected: convolve},
  'Switch and Merge, not taken': {graph: SWITCH, p: false, expected: image => tf.neg(image)},
};

const LOADERS: Readonly<Record<string, (handler: tf.io.IOHandler) => Promise<tf.GraphModel>>> = {
  'tf.loadGraphModel': async handler => {
    const undo = registerGraphOps();
    const model = await tf.loadGraphModel(handler);
    undo();
    return model;
  },
  loadGraphModel,
};

describe.each(BACKENDS.map(({name}) => name))('control flow on %s', name => {
  beforeAll(async () => {
    await tf.setBackend(name);
    tf.scalar(0).dispose();
  });

  describe.each(Object.entries(LOADERS))('%s', (_, load) => {
    it.each(Object.entries(TESTS))('%s', async (__, {graph, p, expected}) => {
      const model = await load({load: async () => artifactsOf(graph)});
      const image = tf.tensor(Float32Array.from(numbers('image', 120)), [1, 6, 5, 4]);
      const inputs: tf.NamedTensorMap = p === undefined ? {x: image} : {x: image, p: tf.scalar(p)};
      const before = counts();
      for (let round = 0; round < 2; round++) {
        const y = (await model.executeAsync(inputs, 'y')) as tf.Tensor;
        expect(counts()).toEqual(plus(before, [y]));
        tf.tidy(() => expect([...y.dataSync()]).toEqual([...expected(image).dataSync()]));
        y.dispose();
      }
      model.dispose();
      tf.dispose(inputs);
    });
  });
});

it('named results in the middle of a graph, and models whose results are no outputs', async () => {
  await tf.setBackend('cpu');
  const undo = registerGraphOps();
  const model = tf.loadGraphModelSync(
    artifactsOf({
      nodes: [
        placeholder('x'),
        called('call', 'x', 'filter'),
        node('relu', 'Relu', ['call']),
        node('conv', 'Conv2D', ['relu', 'filter'], ATTR),
        node('y', 'Neg', ['conv']),
      ],
      weights: {filter: FILTER},
      functions: [CONVOLUTION],
    }),
  );
  undo();
  const image = tf.tensor(Float32Array.from(numbers('image', 120)), [1, 6, 5, 4]);
  const before = counts();
  const results = model.execute({x: image}, ['relu', 'conv']) as tf.Tensor[];
  expect(counts()).toEqual(plus(before, results));
  tf.tidy(() => {
    const relu = tf.relu(convolve(image));
    expect(results.map(each => [...each.dataSync()])).toEqual([relu, convolve(relu)].map(each => [...each.dataSync()]));
  });
  // What comes after a result that is given.
  const y = model.execute({conv: results[1]}, 'y') as tf.Tensor;
  expect([...y.dataSync()]).toEqual([...results[1].dataSync()].map(value => -value));
  tf.dispose([image, y, results]);
  model.dispose();
});
