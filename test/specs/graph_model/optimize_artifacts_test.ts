import * as tf from '@tensorflow/tfjs';
import {describeChanges, optimizeGraph, registerGraphOps} from 'tfjs-conv/graph-model';
import type {GraphDef, NodeDef} from '../../../src/graph_model/optimize/types.js';
import {conv2d} from '../../cases/graph_rewrites.js';
import {numbers} from '../../support/data.js';
import {artifactsOf, definition, integers, node, placeholder, text, weight} from '../../support/graphs.js';
import {opsOf, outputsOf} from '../../support/optimized.js';

let undo: () => void;
beforeAll(async () => {
  await tf.setBackend('cpu');
  undo = registerGraphOps();
});
afterAll(() => undo());

const SHAPE = [1, 5, 4, 3];
const io = {inputs: {x: SHAPE}, outputs: ['z']};
const values = {x: Float32Array.from(numbers('x', 60, true))};

const x = placeholder('x');
const y = conv2d('y', ['x', 'f']);
const filter = weight([3, 2, 3, 2], numbers('f', 36, true));
const bias = weight([2], [3, -2]);

/** A convolution with BiasAdd and Relu. */
const plain = artifactsOf({
  nodes: [x, y, node('a', 'BiasAdd', ['y', 'b']), node('z', 'Relu', ['a'])],
  weights: {f: filter, b: bias},
  outputs: ['z'],
});

const namesOf = ({weightSpecs = []}: tf.io.ModelArtifacts): string[] => weightSpecs.map(({name}) => name);
const nodesOf = ({modelTopology}: tf.io.ModelArtifacts): readonly NodeDef[] => (modelTopology as GraphDef).node;
const expectSame = (artifacts: tf.io.ModelArtifacts, optimized: tf.io.ModelArtifacts, what = io): void =>
  expect(outputsOf(optimized, what, values)).toEqual(outputsOf(artifacts, what, values));

describe('weights', () => {
  it('that are folded make room for the new ones', () => {
    const {artifacts} = optimizeGraph(plain);
    expect(namesOf(artifacts)).toEqual(['f', 'a/bias']);
    expect(nodesOf(artifacts).map(({name}) => name)).toEqual(['f', 'x', 'z', 'a/bias']);
    expectSame(plain, artifacts);
  });

  it('may come in several buffers that split numbers', () => {
    const data = plain.weightData as ArrayBuffer;
    const sharded = {...plain, weightData: [data.slice(0, 3), data.slice(3, 3), data.slice(3, 90), data.slice(90)]};
    expectSame(plain, optimizeGraph(sharded).artifacts);
  });

  it.each([
    {dtype: 'uint8', scale: 0.5, min: -4, bytes: Uint8Array.from({length: 38}, (_, n) => (7 * n) % 17)},
    {dtype: 'uint16', scale: 0.5, min: -4, bytes: Uint16Array.from({length: 38}, (_, n) => (7 * n) % 17)},
    // 1, -2, 0.5, the smallest half above 0, 0
    {dtype: 'float16', bytes: Uint16Array.from({length: 38}, (_, n) => [0x3c00, 0xc000, 0x3800, 1, 0][n % 5])},
  ] as const)('that are quantized to $dtype are folded as TensorFlow.js decodes them', ({bytes, ...quantization}) => {
    const artifacts = {
      ...plain,
      weightSpecs: plain.weightSpecs?.map(spec => ({...spec, quantization})),
      weightData: bytes.slice().buffer,
    };
    const optimized = optimizeGraph(artifacts);
    expect(opsOf(optimized.artifacts)).toEqual(['_FusedConv2D']);
    // What is not folded stays as small as it was.
    expect(optimized.artifacts.weightSpecs?.[0]).toEqual(artifacts.weightSpecs?.[0]);
    expectSame(artifacts, optimized.artifacts);
  });

  it('that are strings in front of the others are passed over', () => {
    const strings = [2, 0, 0, 0, 65, 66, 0, 0, 0, 0];
    const numbersBehind = new Uint8Array(plain.weightData as ArrayBuffer);
    const artifacts = {
      ...plain,
      weightSpecs: [{name: 'words', shape: [2], dtype: 'string' as const}, ...(plain.weightSpecs ?? [])],
      weightData: Uint8Array.of(...strings, ...numbersBehind).buffer,
    };
    const optimized = optimizeGraph(artifacts).artifacts;
    expect(namesOf(optimized)).toEqual(['words', 'f', 'a/bias']);
    expectSame(artifacts, optimized);
  });

  it('that are not there leave what needs their values as it is', () => {
    const stream = {...plain, weightData: undefined, getWeightStream: () => new ReadableStream<ArrayBuffer>()};
    expect(optimizeGraph(stream)).toEqual({artifacts: stream, changes: []});
  });

  it('of a filter that two convolutions share are folded for each', () => {
    const artifacts = artifactsOf({
      nodes: [
        x,
        y,
        node('t', 'Neg', ['x']),
        conv2d('u', ['t', 'f']),
        node('a', 'Mul', ['y', 'b']),
        node('z', 'Sub', ['a', 'u']),
      ],
      weights: {f: filter, b: bias},
      outputs: ['z'],
    });
    const optimized = optimizeGraph(artifacts).artifacts;
    expect(namesOf(optimized)).toEqual(['f', 'a/filter']);
    expectSame(artifacts, optimized);
  });

  it('that a function of the library or the initializer reads stay', () => {
    const library = {
      function: [
        definition('other', ['u'], [node('b', 'Const'), node('r', 'AddV2', ['u', 'b:output:0'])], {r: 'r:z:0'}),
      ],
    };
    const withFunction = {...plain, modelTopology: {...(plain.modelTopology as GraphDef), library}};
    expect(namesOf(optimizeGraph(withFunction).artifacts)).toContain('b');
    const withInitializer = {...plain, modelInitializer: {node: [node('b', 'Const')]}};
    expect(namesOf(optimizeGraph(withInitializer).artifacts)).toContain('b');
    expect(namesOf(optimizeGraph(plain).artifacts)).not.toContain('b');
  });
});

describe('graphs', () => {
  it('without a signature have the same outputs in the same order', () => {
    const nodes = [x, y, node('a', 'Relu', ['y']), conv2d('u', ['x', 'f']), node('b', 'Elu', ['u'])];
    const artifacts = artifactsOf({nodes, weights: {f: filter}});
    const [before, after] = [artifacts, optimizeGraph(artifacts).artifacts].map(each => tf.loadGraphModelSync(each));
    expect(after.outputNodes).toEqual(before.outputNodes);
    before.dispose();
    after.dispose();
  });

  it('keep outputs that userDefinedMetadata names', () => {
    const {signature, ...rest} = artifactsOf({
      nodes: [x, y, node('z', 'Relu', ['y'])],
      weights: {f: filter},
      outputs: ['y:0', 'z:0'],
    });
    const artifacts = {...rest, userDefinedMetadata: {signature: signature ?? {}}};
    expect(optimizeGraph(artifacts).changes).toEqual([]);
  });

  it.each([
    ['channels first', conv2d('y', ['x', 'f'], {data_format: text('NCHW')})],
    ['another type', conv2d('y', ['x', 'f'], {T: {type: 'DT_HALF'}})],
    [
      'fused batch normalization',
      conv2d('y', ['x', 'f', 'b', 'b', 'b', 'b'], {fused_ops: {list: {s: [btoa('FusedBatchNorm')]}}}, '_FusedConv2D'),
    ],
  ])('with convolutions of %s stay', (_, conv) => {
    const nodes = [x, conv, node('a', 'BiasAdd', ['y', 'b']), node('z', 'Relu', ['a'])];
    const artifacts = artifactsOf({nodes, weights: {f: filter, b: bias}, outputs: ['z']});
    expect(optimizeGraph(artifacts).changes).toEqual([]);
  });

  it('with branches keep what steers them, and are rewritten within', async () => {
    const artifacts = artifactsOf({
      nodes: [
        x,
        placeholder('take', 'DT_BOOL'),
        node('s', 'Switch', ['x', 'take']),
        node('off', 'Identity', ['s']),
        node('on', 'Identity', ['s:1']),
        conv2d('y', ['on', 'f'], {padding: text('SAME')}),
        node('a', 'BiasAdd', ['y', 'b']),
        node('r', 'Relu', ['a']),
        conv2d('u', ['off', 'f'], {padding: text('SAME')}),
        node('m', 'Merge', ['u', 'r']),
        node('z', 'Relu', ['m']),
      ],
      weights: {f: filter, b: bias},
      outputs: ['z'],
    });
    const optimized = optimizeGraph(artifacts);
    expect(optimized.changes.map(({kind}) => kind)).toEqual(['folded offset']);
    for (const take of [true, false]) {
      const [expected, got] = await Promise.all(
        [artifacts, optimized.artifacts].map(async each => {
          const model = tf.loadGraphModelSync(each);
          const feed = {x: tf.tensor(values.x, SHAPE), take: tf.scalar(take, 'bool')};
          const result = (await model.executeAsync(feed)) as tf.Tensor;
          const data = Array.from(result.dataSync());
          tf.dispose([feed, result]);
          model.dispose();
          return data;
        }),
      );
      expect(got).toEqual(expected);
    }
  });

  it('say what was done to them', () => {
    const {changes} = optimizeGraph(plain);
    expect(changes.map(({nodes}) => nodes)).toEqual([
      ['y', 'a'],
      ['a', 'z'],
    ]);
    expect(describeChanges([...changes, ...changes])).toBe('2 folded offsets, 2 fused activations');
    expect(describeChanges([])).toBe('nothing to optimize');
  });

  it('that are none come back', () => {
    const layers = {modelTopology: {class_name: 'Sequential'}};
    expect(optimizeGraph(layers)).toEqual({artifacts: layers, changes: []});
    expect(optimizeGraph({})).toEqual({artifacts: {}, changes: []});
  });

  it('of 5000 nodes take no time that grows with its square', () => {
    const count = 1250;
    const nodes = Array.from({length: count}, (_, n) => [
      conv2d(`y${n}`, [n === 0 ? 'x' : `z${n - 1}`, 'f'], {padding: text('SAME'), strides: integers(1, 1, 1, 1)}),
      node(`a${n}`, 'BiasAdd', [`y${n}`, 'b']),
      node(`i${n}`, 'Identity', [`a${n}`]),
      node(`z${n}`, 'Relu6', [`i${n}`]),
    ]).flat();
    const artifacts = artifactsOf({
      nodes: [x, ...nodes],
      weights: {f: weight([1, 1, 3, 3], numbers('f', 9, true)), b: weight([3], [1, 2, 3])},
      outputs: [`z${count - 1}`],
    });
    const start = process.cpuUsage().user;
    const {artifacts: optimized} = optimizeGraph(artifacts);
    expect(process.cpuUsage().user - start).toBeLessThan(5e6);
    expect(opsOf(optimized)).toHaveLength(count);
  });
});
