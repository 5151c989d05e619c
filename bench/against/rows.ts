import {
  getGradient,
  getKernel,
  registerKernel,
  setBackend,
  tensor,
  tidy,
  unregisterKernel,
} from '@tensorflow/tfjs-core';
import type {NamedAttrMap, Tensor} from '@tensorflow/tfjs-core';
import {product} from '../../src/geometry/conv.js';
import {AROUND, prepareAround} from '../around.js';
import {termsOf} from '../layer.js';
import {pseudoRandom} from '../measure.js';
import {GRADIENT_LAYERS} from '../measure_gradients.js';
import {operandsOf, roundingOf} from '../measure_layer.js';
import {FORMS, separableName, separableOn} from '../measure_separable.js';
import {NETWORKS} from '../networks/networks.js';
import {seededWeights} from '../networks/weights.js';
import {OTHER_LAYERS} from '../other_shapes.js';
import {OUR_OPS} from '../peers/our_ops.js';
import type {Prepared} from '../peers/peer.js';
import {onBackend, output} from '../peers/tfjs.js';
import type {BackendPeer} from '../peers/tfjs.js';
import {tfjsNetwork} from '../peers/tfjs_network.js';
import {SEPARABLE} from '../separable.js';
import {LAYERS} from '../shapes.js';
import type {Layer} from '../shapes.js';
import type {RowName} from './protocol.js';

/** A row on a backend. */
export interface Row extends RowName {
  readonly prepare: () => Promise<Prepared>;
  /** Most that results may differ, where none is larger than `largest`. */
  readonly bound: (largest: number) => number;
}

/** For what rounds in many steps. */
const relative = (largest: number): number => largest * 2 ** -13;

/** The attributes that an op gives to a kernel: those of the package that is measured, whichever it is. */
function attrsOf(kernelName: string, backendName: string, call: () => Tensor): NamedAttrMap {
  const kernel = getKernel(kernelName, backendName);
  let found: NamedAttrMap | undefined;
  const replaceBy = (config: typeof kernel) => {
    unregisterKernel(kernelName, backendName);
    registerKernel(config);
  };
  replaceBy({
    ...kernel,
    kernelFunc: args => {
      found = args.attrs;
      return kernel.kernelFunc(args);
    },
  });
  try {
    call().dispose();
  } finally {
    replaceBy(kernel);
  }
  if (found === undefined) throw new Error(`no op ran ${kernelName}`);
  return found;
}

/** One gradient of a layer by what the package has registered as the gradient of ConvND, without the forward. */
const gradientRow = ({backend}: BackendPeer, layer: Layer, by: 'x' | 'filter'): Row => ({
  part: 'gradients',
  name: `by ${by}: ${layer.name}`,
  bound: relative,
  prepare: async () => {
    await setBackend(backend);
    const [x, filter] = operandsOf(layer).map((values, i) => tensor(values, [...(i === 0 ? layer.x : layer.filter)]));
    let shape: number[] = [];
    const attrs = attrsOf('ConvND', backend, () => {
      const y = OUR_OPS[layer.op](x, filter, layer);
      shape = y.shape;
      return y;
    });
    const dy = tensor(pseudoRandom(product(shape), 3), shape);
    const {gradFunc} = getGradient('ConvND');
    return {
      run: () => output(tidy(() => gradFunc(dy, [x, filter], attrs)[by]())),
      dispose: () => [x, filter, dy].forEach(one => one.dispose()),
    };
  },
});

/** Every row of the bench, on a backend. */
export function rowsOf(backend: string): Row[] {
  const peer = onBackend('package', backend, OUR_OPS);
  const prepared = (prepare: () => Promise<Prepared>) => async () => {
    await peer.activate();
    return prepare();
  };
  const layerRows = (part: string, layers: readonly Layer[]) =>
    layers.map((layer): Row => ({
      part,
      name: layer.name,
      bound: () => roundingOf(termsOf(layer)),
      prepare: prepared(() => peer.prepare(layer, ...operandsOf(layer))),
    }));
  return [
    ...layerRows('layers', LAYERS),
    ...layerRows('others', OTHER_LAYERS),
    ...AROUND.map((row): Row => ({
      part: 'around',
      name: row.name,
      bound: relative,
      prepare: () => prepareAround(row, backend),
    })),
    ...SEPARABLE.map((row): Row => ({
      part: 'separable',
      name: row.name,
      bound: relative,
      prepare: prepared(() => {
        const [op] = separableOn(row, peer).filter(({name}) => name === separableName(peer, FORMS.op));
        return op.prepare();
      }),
    })),
    ...GRADIENT_LAYERS.flatMap(layer => [gradientRow(peer, layer, 'filter'), gradientRow(peer, layer, 'x')]),
    ...NETWORKS.map((network): Row => ({
      part: 'networks',
      name: network.name,
      bound: relative,
      prepare: async () => {
        const x = pseudoRandom(product(network.input), 7);
        const {activate, prepare} = tfjsNetwork(peer, 'ours', network, seededWeights(network), x);
        await activate();
        return prepare();
      },
    })),
  ];
}
