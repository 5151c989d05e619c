import * as tf from '@tensorflow/tfjs';
import {conv2d} from 'tfjs-conv';
import {loadGraphModel, loadGraphModelSync, optimizeGraphModels, registerGraphOps} from 'tfjs-conv/graph-model';
import 'tfjs-conv/cpu';
import {numbers} from '../../support/data.js';
import {artifactsOf, calls, definition, integers, node, placeholder, text, weight} from '../../support/graphs.js';
import {counts} from '../../support/memory.js';

const GROUPED = {strides: integers(1, 1, 1, 1), padding: text('SAME'), data_format: text('NHWC')};
const FILTER = [3, 3, 2, 6];
const VALUES = numbers('filter', 108);

/** A grouped convolution in a call, as Keras has it, which TensorFlow.js refuses. */
const keras = (): tf.io.ModelArtifacts =>
  artifactsOf({
    nodes: [
      placeholder('x'),
      node('call', 'PartitionedCall', ['x', 'filter'], {f: calls('convolution')}),
      node('y', 'Relu', ['call']),
    ],
    weights: {filter: weight(FILTER, VALUES)},
    functions: [
      definition('convolution', ['inputs', 'kernel'], [node('conv', 'Conv2D', ['inputs', 'kernel'], GROUPED)], {
        out: 'conv:output:0',
      }),
    ],
    outputs: ['y:0'],
  });

const x = () => tf.tensor(Float32Array.from(numbers('x', 128)), [2, 4, 4, 4]);

/** Runs a model that computes what `keras` does. */
function expectRight(model: tf.GraphModel<string | tf.io.IOHandler> | ReturnType<typeof loadGraphModelSync>): void {
  tf.tidy(() => {
    const image = x();
    const filter = tf.tensor(Float32Array.from(VALUES), FILTER);
    const expected = conv2d(image as tf.Tensor4D, filter as tf.Tensor4D, {pad: 'same', groups: 2, activation: 'relu'});
    const y = model.predict(image) as tf.Tensor;
    expect(y.shape).toEqual(expected.shape);
    expect([...y.dataSync()]).toEqual([...expected.dataSync()]);
  });
}

const REFUSED = /Unknown op 'PartitionedCall'/;

function expectRefused(model: ReturnType<typeof tf.loadGraphModelSync>): void {
  expect(() => tf.tidy(() => model.predict(x()))).toThrow(REFUSED);
}

const source = (artifacts: tf.io.ModelArtifacts): tf.io.IOHandler => ({load: async () => artifacts});

/** The weights in several pieces, which no weight need begin or end with. */
function pieces(data: tf.io.WeightData | undefined): ArrayBuffer[] {
  const whole = data as ArrayBuffer;
  return [whole.slice(0, 13), whole.slice(13, 200), whole.slice(200)];
}

const streamed = ({weightData, ...rest}: tf.io.ModelArtifacts): tf.io.ModelArtifacts => ({
  ...rest,
  getWeightStream: () =>
    new ReadableStream<ArrayBuffer>({
      start(controller) {
        // What a request gives are views of buffers.
        for (const piece of pieces(weightData)) controller.enqueue(new Uint8Array(piece) as unknown as ArrayBuffer);
        controller.close();
      },
    }),
});

/** The manifest and the weights of artifacts, as files have them. */
function asFiles({modelTopology, weightSpecs = [], weightData, signature}: tf.io.ModelArtifacts) {
  const json: tf.io.ModelJSON = {
    modelTopology: modelTopology as object,
    signature,
    weightsManifest: [{paths: ['weights.bin'], weights: weightSpecs}],
  };
  return {json, weights: weightData as ArrayBuffer};
}

/** Answers requests for the files of a model, and keeps the addresses. */
function server(requested: string[]): typeof fetch {
  const {json, weights} = asFiles(keras());
  return async input => {
    const url = String(input);
    requested.push(url);
    return url.includes('weights.bin')
      ? new Response(weights, {headers: {'Content-Type': 'application/octet-stream'}})
      : new Response(JSON.stringify(json), {headers: {'Content-Type': 'application/json'}});
  };
}

/** Ways to load, by either loader. */
const WAYS: Readonly<Record<string, (load: typeof tf.loadGraphModel) => Promise<tf.GraphModel>>> = {
  'a handler': load => load(source(keras())),
  'a handler that does not wait': load => load(tf.io.fromMemorySync(keras()) as unknown as tf.io.IOHandler),
  'weights in pieces': load => load(source({...keras(), weightData: pieces(keras().weightData)})),
  'weights in a stream': load => load(source(streamed(keras()))),
  'a URL': load => load('http://localhost/model.json', {fetchFunc: server([])}),
  'a URL, with a stream': load => load('http://localhost/model.json', {fetchFunc: server([]), streamWeights: true}),
};

let warn: jest.SpyInstance;
let before: ReturnType<typeof counts>;
beforeAll(async () => {
  await tf.setBackend('cpu');
  x().dispose();
});
beforeEach(() => {
  warn = jest.spyOn(console, 'warn').mockImplementation();
  before = counts();
});
afterEach(() => {
  expect(counts()).toEqual(before);
  expect(warn).not.toHaveBeenCalled();
  warn.mockRestore();
  // Whatever a test has called is undone.
  const model = tf.loadGraphModelSync(keras());
  expectRefused(model);
  model.dispose();
});

const HOOKS = {registerGraphOps, optimizeGraphModels};

describe.each(Object.entries(HOOKS))('%s', (_, hook) => {
  it.each(Object.entries(WAYS))('tf.loadGraphModel from %s', async (__, way) => {
    const undo = hook();
    const model = await way(tf.loadGraphModel);
    expectRight(model);
    model.dispose();
    undo();
  });

  it('tf.loadGraphModelSync', () => {
    const undo = hook();
    const {json, weights} = asFiles(keras());
    for (const from of [keras(), tf.io.fromMemorySync(keras()), [json, weights] as [tf.io.ModelJSON, ArrayBuffer]]) {
      const model = tf.loadGraphModelSync(from);
      expectRight(model);
      model.dispose();
    }
    undo();
  });

  it('a model runs on after it is undone, one that was loaded before or after does not', () => {
    const early = tf.loadGraphModelSync(keras());
    const undo = hook();
    const model = tf.loadGraphModelSync(keras());
    undo();
    const late = tf.loadGraphModelSync(keras());
    expectRight(model);
    expectRefused(early);
    expectRefused(late);
    [early, model, late].forEach(each => each.dispose());
  });

  it('is undone when all who called it have undone it, each once', () => {
    const undos = [hook(), registerGraphOps(), hook()];
    const stillWorks = () => {
      const model = tf.loadGraphModelSync(keras());
      expectRight(model);
      model.dispose();
    };
    undos[1]();
    undos[1]();
    stillWorks();
    undos[0]();
    stillWorks();
    undos[2]();
  });

  it('leaves the class as it was', () => {
    const describe_ = () => Object.getOwnPropertyDescriptors(tf.GraphModel.prototype);
    const was = describe_();
    hook()();
    const now = describe_();
    expect(Object.keys(now)).toEqual(Object.keys(was));
    for (const name of ['loadSync', 'loadStreaming'] as const) {
      expect(Object.getOwnPropertyDescriptor(tf.GraphModel.prototype, name)).toEqual(
        (was as Record<string, PropertyDescriptor>)[name],
      );
    }
  });

  it('stays below what somebody else makes of the class, and is undone there too', () => {
    const undo = hook();
    const {loadSync} = tf.GraphModel.prototype;
    let theirs = 0;
    tf.GraphModel.prototype.loadSync = function (artifacts) {
      theirs++;
      return loadSync.call(this, artifacts);
    };
    const load = () => tf.loadGraphModelSync(keras());
    const first = load();
    expectRight(first);
    undo();
    const second = load();
    expectRefused(second);
    const again = hook();
    const third = load();
    expectRight(third);
    again();
    const fourth = load();
    expectRefused(fourth);
    expect(theirs).toBe(4);
    [first, second, third, fourth].forEach(each => each.dispose());
    tf.GraphModel.prototype.loadSync = loadSync;
  });

  it('saves what was loaded', async () => {
    const undo = hook();
    const artifacts = keras();
    const copy = JSON.stringify(artifacts.modelTopology);
    const model = await tf.loadGraphModel(source(artifacts));
    const save = jest.fn(async () => ({
      modelArtifactsInfo: {dateSaved: new Date(0), modelTopologyType: 'JSON' as const},
    }));
    await model.save({save});
    expect(save.mock.calls).toEqual([[artifacts]]);
    expect(JSON.stringify(artifacts.modelTopology)).toBe(copy);
    model.dispose();
    undo();
  });

  it('leaves the ops alone that somebody has registered', () => {
    const plain = () =>
      artifactsOf({
        nodes: [placeholder('x'), node('y', 'Conv2D', ['x', 'filter'], GROUPED)],
        weights: {filter: weight(FILTER, VALUES)},
      });
    tf.registerOp('Conv2D', ({inputs: [image]}) => image.clone());
    hook()();
    const model = tf.loadGraphModelSync(plain());
    tf.tidy(() => expect((model.predict(x()) as tf.Tensor).shape).toEqual([2, 4, 4, 4]));
    model.dispose();
    tf.deregisterOp('Conv2D');
  });
});

describe('loadGraphModel', () => {
  it.each(Object.entries(WAYS))('from %s', async (_, way) => {
    const model = await way(loadGraphModel);
    expect(model).toBeInstanceOf(tf.GraphModel);
    expect(Object.keys(model).sort()).toEqual(Object.keys(await way(tf.loadGraphModel).then(stockOf)).sort());
    expectRight(model);
    model.dispose();
  });

  /** A model of TensorFlow.js' own loader, without its weights. */
  function stockOf(model: tf.GraphModel): tf.GraphModel {
    model.dispose();
    return model;
  }

  it('does not touch models that others load meanwhile', async () => {
    let release = (): void => undefined;
    const waiting = loadGraphModel({
      load: () => new Promise<tf.io.ModelArtifacts>(resolve => (release = () => resolve(keras()))),
    });
    const stock = tf.loadGraphModelSync(keras());
    expectRefused(stock);
    release();
    const model = await waiting;
    expectRight(model);
    stock.dispose();
    model.dispose();
  });

  it('asks TensorFlow Hub as TensorFlow.js does', async () => {
    const addresses = async (load: typeof tf.loadGraphModel, url: string): Promise<string[]> => {
      const requested: string[] = [];
      const model = await load(url, {fromTFHub: true, fetchFunc: server(requested)});
      model.dispose();
      return requested;
    };
    for (const url of ['http://localhost/model/1', 'http://localhost/model/1/']) {
      expect(await addresses(loadGraphModel, url)).toEqual(await addresses(tf.loadGraphModel, url));
    }
  });

  it('throws what the handler throws, and what TensorFlow.js does not load', async () => {
    const failing = {load: () => Promise.reject(new Error('no network'))};
    await expect(loadGraphModel(failing)).rejects.toThrow('no network');
    await expect(loadGraphModel(null as unknown as string)).rejects.toThrow(/^loadGraphModel: modelUrl must be/);
    await expect(loadGraphModel(source({...keras(), modelTopology: undefined, weightSpecs: []}))).rejects.toThrow(
      TypeError,
    );
    expect(() => loadGraphModelSync(undefined as unknown as tf.io.ModelArtifacts)).toThrow(/cannot be null/);
  });

  it('sync', () => {
    const model = loadGraphModelSync(keras());
    expectRight(model);
    model.dispose();
  });
});

describe('a graph that cannot be rewritten', () => {
  it('leaves no more behind than TensorFlow.js, which reads the weights first', () => {
    const broken = {...keras(), modelTopology: {node: [node('y', 'Relu', ['nowhere'])], versions: {}}};
    const left = (): number => {
      tf.engine().startScope();
      const {numTensors} = counts();
      expect(() => tf.loadGraphModelSync(broken)).toThrow(TypeError);
      const more = counts().numTensors - numTensors;
      tf.engine().endScope();
      return more;
    };
    const stock = left();
    const undo = registerGraphOps();
    expect(left()).toBe(stock);
    undo();
  });

  /** A graph whose first reading fails, as that of a rewrite would which is wrong. */
  function fragile(): tf.io.ModelArtifacts {
    const artifacts = artifactsOf({nodes: [placeholder('x'), node('y', 'Relu', ['x'])]});
    let reads = 0;
    const topology = artifacts.modelTopology as {node: object[]};
    const {node: nodes} = topology;
    Object.defineProperty(topology, 'node', {
      get: () => {
        if (reads++ < 3) throw new Error('unreadable');
        return nodes;
      },
    });
    return artifacts;
  }

  it.each(Object.entries(HOOKS))('is loaded as it is by %s', (_, hook) => {
    const undo = hook();
    const model = tf.loadGraphModelSync(fragile());
    tf.tidy(() => expect([...(model.predict(tf.tensor1d([-1, 1])) as tf.Tensor).dataSync()]).toEqual([0, 1]));
    undo();
  });

  it('says so in debug mode', () => {
    const undo = registerGraphOps();
    tf.env().set('DEBUG', true);
    tf.loadGraphModelSync(fragile());
    tf.env().set('DEBUG', false);
    undo();
    expect(warn).toHaveBeenCalledWith(expect.stringContaining('a graph is loaded as it is'));
    warn.mockClear();
  });
});

it('another copy of the package knows what this one has done', () => {
  const core = jest.requireActual<typeof tf>('@tensorflow/tfjs-core');
  const converter = jest.requireActual<typeof tf>('@tensorflow/tfjs-converter');
  jest.doMock('@tensorflow/tfjs-core', () => core);
  jest.doMock('@tensorflow/tfjs-converter', () => converter);
  const another: Partial<typeof HOOKS> = {};
  jest.isolateModules(() => Object.assign(another, jest.requireActual<typeof HOOKS>('../../../src/graph_model.js')));
  const {registerGraphOps: copy = registerGraphOps} = another;
  expect(copy).not.toBe(registerGraphOps);
  for (const [first, second] of [
    [registerGraphOps, copy],
    [copy, registerGraphOps],
  ]) {
    const undos = [first(), second()];
    undos[0]();
    const model = tf.loadGraphModelSync(keras());
    expectRight(model);
    model.dispose();
    undos[1]();
  }
  jest.dontMock('@tensorflow/tfjs-core');
  jest.dontMock('@tensorflow/tfjs-converter');
});
