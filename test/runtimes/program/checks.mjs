// What a program does with every entry point, checked: it runs as it is in each runtime, page and bundle.
import * as tf from '@tensorflow/tfjs';
import {conv2d, prepare} from 'tfjs-conv';
import {accelerate} from 'tfjs-conv/accelerate';
import 'tfjs-conv/cpu';
import {doctor} from 'tfjs-conv/doctor';
import {loadGraphModel} from 'tfjs-conv/graph-model';
import {layers, registerLayers} from 'tfjs-conv/layers';
import 'tfjs-conv/wasm';
import 'tfjs-conv/webgl';

const SIZE = 7;
const CHANNELS = 4;
const OUT = 6;
const GROUPS = 2;
const KERNEL = 3;
const DILATION = 2;

/** Small integers, of which every backend sums products without rounding. */
const integers = (shape, step) => {
  const length = shape.reduce((product, size) => product * size, 1);
  return tf.tensor(
    Array.from({length}, (_, i) => ((i * step) % 7) - 3),
    shape,
  );
};

/** y[i, j, c] = sum over p, q, k of x[i + p * dilation, j + q * dilation, group(c) * in + k] * filter[p, q, k, c] */
function reference(x, filter) {
  const [height, width] = [SIZE, SIZE].map(size => size - DILATION * (KERNEL - 1));
  const inGroup = CHANNELS / GROUPS;
  const y = [];
  for (let i = 0; i < height; i++)
    for (let j = 0; j < width; j++)
      for (let c = 0; c < OUT; c++) {
        const group = Math.floor(c / (OUT / GROUPS));
        let sum = 0;
        for (let p = 0; p < KERNEL; p++)
          for (let q = 0; q < KERNEL; q++)
            for (let k = 0; k < inGroup; k++) {
              const pixel = (i + p * DILATION) * SIZE + j + q * DILATION;
              sum += x[pixel * CHANNELS + group * inGroup + k] * filter[((p * KERNEL + q) * inGroup + k) * OUT + c];
            }
        y.push(sum);
      }
  return y;
}

function expectClose(what, got, expected, tolerance) {
  if (got.length !== expected.length) throw new Error(`${what}: ${got.length} values, not ${expected.length}`);
  const at = got.findIndex((value, i) => !(Math.abs(value - expected[i]) <= tolerance));
  if (at >= 0) throw new Error(`${what}: value ${at} is ${got[at]}, not ${expected[at]}`);
}

const sum = values => values.reduce((total, value) => total + value, 0);

async function checkOp() {
  const [x, filter] = [integers([1, SIZE, SIZE, CHANNELS], 5), integers([KERNEL, KERNEL, CHANNELS / GROUPS, OUT], 3)];
  const call = (x, filter) => conv2d(x, filter, {groups: GROUPS, dilations: DILATION});
  const y = await call(x, filter).data();
  expectClose('conv2d', y, reference(await x.data(), await filter.data()), 0);
  // The call is linear in each: with dy = 1, the sums of x * dx, of filter * dfilter and of y are the same.
  for (const [of, gradient] of tf.grads(call)([x, filter]).entries()) {
    expectClose(`gradient ${of}`, [sum(await gradient.mul([x, filter][of]).data())], [sum(y)], 0);
  }
}

/** A convolution that is worth threads, against the built-in. Sums are below 2592; Winograd's algorithm rounds them. */
async function checkLarge() {
  const [x, filter] = [integers([1, 64, 64, 32], 5), integers([3, 3, 32, 32], 3)];
  const expected = await tf.conv2d(x, filter, 1, 'same').data();
  expectClose('conv2d', await conv2d(x, filter, {pad: 'same'}).data(), expected, 0.01);
}

async function checkAccelerated() {
  const [x, filter] = [integers([1, 8, 8, 3], 5), integers([3, 3, 3, 4], 3)];
  const expected = await tf.conv2d(x, filter, 2, 'same').data();
  const builtin = tf.getKernel('Conv2D', tf.getBackend());
  const restore = accelerate();
  try {
    if (tf.getKernel('Conv2D', tf.getBackend()) === builtin) throw new Error('accelerate() has replaced nothing');
    expectClose('tf.conv2d', await tf.conv2d(x, filter, 2, 'same').data(), expected, 0);
  } finally {
    restore();
  }
}

async function checkLayers() {
  const unregister = registerLayers();
  try {
    const conv = layers.conv2d({inputShape: [6, 6, 4], filters: 4, kernelSize: 3, groups: 2, padding: 'same'});
    const model = tf.sequential({layers: [conv, tf.layers.flatten(), tf.layers.dense({units: 1})]});
    await prepare(model, [1, 6, 6, 4]);
    model.compile({optimizer: tf.train.sgd(1e-4), loss: 'meanSquaredError'});
    const {history} = await model.fit(integers([2, 6, 6, 4], 5), integers([2, 1], 3), {epochs: 2, verbose: 0});
    if (!(history.loss[1] < history.loss[0])) throw new Error(`the loss is ${history.loss.join(', then ')}`);
  } finally {
    unregister();
  }
}

/** A frozen graph: x -> Conv2D -> Relu. */
function graph(filter) {
  const floats = {type: 'DT_FLOAT'};
  const shape = sizes => ({shape: {dim: sizes.map(size => ({size: String(size)}))}});
  return {
    modelTopology: {
      node: [
        {name: 'x', op: 'Placeholder', attr: {dtype: floats, shape: shape([1, 8, 8, 3])}},
        {name: 'filter', op: 'Const', attr: {dtype: floats}},
        {
          name: 'conv',
          op: 'Conv2D',
          input: ['x', 'filter'],
          attr: {
            T: floats,
            strides: {list: {i: ['1', '2', '2', '1']}},
            dilations: {list: {i: ['1', '1', '1', '1']}},
            padding: {s: btoa('SAME')},
            data_format: {s: btoa('NHWC')},
          },
        },
        {name: 'y', op: 'Relu', input: ['conv'], attr: {T: floats}},
      ],
      versions: {},
    },
    weightSpecs: [{name: 'filter', shape: filter.shape, dtype: 'float32'}],
    weightData: filter.dataSync().buffer,
  };
}

async function checkGraph() {
  const [x, filter] = [
    integers([1, 8, 8, 3], 5),
    tf.tensor(
      Array.from({length: 108}, (_, i) => (i % 5) - 2),
      [3, 3, 3, 4],
    ),
  ];
  const weights = tf.tensor(await filter.data(), filter.shape);
  const model = await loadGraphModel(tf.io.fromMemory(graph(weights)));
  const expected = await conv2d(x, filter, {strides: 2, pad: 'same'}).relu().data();
  expectClose('graph model', await model.predict(x).data(), expected, 0);
  model.dispose();
}

const CHECKS = {
  op: checkOp,
  large: checkLarge,
  accelerate: checkAccelerated,
  layers: checkLayers,
  'graph-model': checkGraph,
};

/** What a backend runs on, as the table of places says it. */
function ranOn({facts, error, check}) {
  if (error !== '') return 'does not start';
  if (check !== 'right') return `computes wrongly: ${check}`;
  const {core, threads = 1, version, library} = facts;
  const what = core?.replace(/,.*/, '') ?? version?.replace(/(WebGL \d).*/, '$1') ?? library ?? 'portable';
  return threads > 1 ? `${what}, threads` : what;
}

async function attempt(check) {
  try {
    tf.engine().startScope();
    await check();
    return '';
  } catch (error) {
    return String(error?.stack ?? error);
  } finally {
    tf.engine().endScope();
  }
}

/**
 * Runs the checks on the backends; those that do not start are among the answers. Returns what each backend runs on, and
 * for each check '' or what is wrong.
 */
export async function runChecks(backends) {
  const checks = {};
  for (const name of backends) {
    // Some backends throw, some return false.
    if (!(await tf.setBackend(name).catch(() => false))) continue;
    for (const [what, check] of Object.entries(CHECKS)) checks[`${name}: ${what}`] = await attempt(check);
  }
  const {backends: found, findings} = await doctor({tf});
  const ran = found.filter(({name}) => backends.includes(name)).map(one => [one.name, ranOn(one)]);
  return {ran: Object.fromEntries(ran), checks, findings};
}
