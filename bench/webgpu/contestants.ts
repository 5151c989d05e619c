import {env, setBackend, tensor, tidy} from '@tensorflow/tfjs-core';
import type {Tensor} from '@tensorflow/tfjs-core';
import {VARIANT_FLAG} from '../../src/registry/flags.js';
import type {KernelName} from '../../src/registry/kernel_names.js';
import {registeredVariants} from '../../src/registry/register.js';
import {isForced, selectVariant} from '../../src/registry/select.js';
import {resolvedOf} from '../layer.js';
import {largestDifference} from '../measure.js';
import type {Contestant} from '../measure.js';
import {operandsOf} from '../measure_layer.js';
import {ours} from '../peers/backends.js';
import {jaxLayers} from '../peers/jax.js';
import {onnxLayers} from '../peers/onnxruntime.js';
import {onnxRuntimeWebgpu} from '../peers/onnxruntime_webgpu.js';
import type {Peer} from '../peers/peer.js';
import type {Layer} from '../shapes.js';
import {timedTensor, untilRead} from './clock.js';
import type {Clock} from './clock.js';

export const OURS = 'tfjs-conv/webgpu';
export const BUILTIN = 'tfjs-webgpu';

/** Runtimes with WebGPU of their own, each on its own device. */
export const PEERS: readonly Peer[] = [onnxLayers(onnxRuntimeWebgpu), jaxLayers('jax-js webgpu', 'webgpu')];

export type Operands = ReadonlyArray<readonly [Float32Array, readonly number[]]>;

export const layerOperands = (layer: Layer): Operands => {
  const [x, filter] = operandsOf(layer);
  return [
    [x, layer.x],
    [filter, layer.filter],
  ];
};

const withVariant = <T>(variant: string, run: () => T): T => {
  env().set(VARIANT_FLAG, variant);
  try {
    return run();
  } finally {
    env().set(VARIANT_FLAG, '');
  }
};

/** What runs on tensors of these values, by the variant of that name where there is one. */
export const ofTensors = (
  name: string,
  clock: Clock,
  operands: Operands,
  run: (tensors: Tensor[]) => Tensor,
  variant = '',
): Contestant => ({
  name,
  activate: async () => {
    await setBackend('webgpu');
  },
  prepare: () => {
    const tensors = operands.map(([values, shape]) => tensor(values, [...shape]));
    return Promise.resolve({
      run: () => timedTensor(clock, () => withVariant(variant, () => tidy(() => run(tensors)))),
      dispose: () => tensors.forEach(one => one.dispose()),
    });
  },
});

const ofPeer = (peer: Peer, clock: Exclude<Clock, 'gpu'>, layer: Layer): Contestant => ({
  ...peer,
  prepare: async () => {
    const {run, dispose} = await peer.prepare(layer, ...operandsOf(layer));
    return {run: () => untilRead(clock, run), dispose};
  },
});

async function resultOf({activate, prepare}: Contestant): Promise<Float32Array> {
  await activate();
  const {run, dispose} = await prepare();
  const output = await run();
  const values = output.values().slice();
  output.dispose();
  await dispose();
  return values;
}

/** The peers that compute a layer, and rightly; it says why others do not. */
export async function peersOf(layer: Layer, clock: Clock, bound: number): Promise<Contestant[]> {
  if (clock === 'gpu') throw new Error('peers have no timer of the GPU: --clock processor or wall');
  const able: Contestant[] = [];
  const expected = await resultOf(ofPeer(ours.cpu, clock, layer));
  for (const peer of PEERS) {
    const contestant = ofPeer(peer, clock, layer);
    try {
      const off = largestDifference(expected, await resultOf(contestant));
      if (!(off <= bound)) throw new Error(`its result is off by ${off}`);
      able.push(contestant);
    } catch (error) {
      console.warn(`LEFT OUT: ${peer.name}, ${layer.name}: ${String(error)}`);
    }
  }
  return able;
}

/** The variants of webgpu that compute a layer, but for the portable one, and the one that does by itself. */
export function variantsOf(layer: Layer): {chosen: string; all: string[]} {
  const attrs = {...resolvedOf(layer), activation: 'linear', leakyreluAlpha: 0} as const;
  const found = <K extends KernelName & ('ConvND' | 'ConvNDBackpropInput')>(kernel: K) => {
    const variants = registeredVariants(kernel, 'webgpu');
    return {
      chosen: selectVariant(variants, attrs).name,
      all: variants
        .map(({name}) => name)
        .filter(name => name !== 'portable' && withVariant(name, () => isForced(selectVariant(variants, attrs).name))),
    };
  };
  return layer.op === 'conv2dTranspose' ? found('ConvNDBackpropInput') : found('ConvND');
}
