import type {numpy as types} from '@jax-js/jax';
import {geometryOf} from '../layer.js';
import {channelsFirstOf} from './channels_first.js';
import type {ChannelsFirst} from './channels_first.js';
import {channelsFirst, channelsLast} from './onnx_layout.js';
import type {Peer} from './peer.js';

type Jax = typeof import('@jax-js/jax');
type Tensor = types.Array;

/**
 * Runs it without Worker, which TensorFlow.js' wasm backend gives Node: jax-js takes it for that of browsers, with which it
 * would start threads. Without, it runs on one.
 */
async function withoutWorker<T>(run: (jax: Jax) => Promise<T>): Promise<T> {
  const worker = Object.getOwnPropertyDescriptor(globalThis, 'Worker');
  Reflect.deleteProperty(globalThis, 'Worker');
  try {
    return await run(await import('@jax-js/jax'));
  } finally {
    if (worker !== undefined) Object.defineProperty(globalThis, 'Worker', worker);
  }
}

const paddingOf = ({padBefore, padAfter}: ChannelsFirst): Array<[number, number]> =>
  padBefore.map((before, axis) => [before, padAfter[axis]]);

/** What computes a layer, compiled as its users do. */
const compiled = ({jit, lax}: Jax, layer: ChannelsFirst) =>
  jit((x: Tensor, filter: Tensor) =>
    layer.transposed
      ? lax.convTranspose(x, filter, [...layer.strides], paddingOf(layer), {
          rhsDilation: [...layer.dilations],
          transposeKernel: true,
        })
      : lax.convGeneralDilated(x, filter, [...layer.strides], paddingOf(layer), {
          rhsDilation: [...layer.dilations],
          featureGroupCount: layer.groups,
        }),
  );

/** jax-js on one of its devices. Arrays are channels first; operands are transposed outside of what is timed. */
export const jaxLayers = (name: string, device: 'wasm' | 'webgpu'): Peer => ({
  name,
  activate: () =>
    withoutWorker(async ({init, defaultDevice}) => {
      await init(device);
      defaultDevice(device);
    }),
  prepare: (layer, x, filter) =>
    withoutWorker(async jax => {
      const first = channelsFirstOf(layer, filter);
      const isLast = geometryOf(layer).channelsLast;
      const operands = [
        jax.numpy.array(isLast ? channelsFirst(x, layer.x) : x, {shape: [...first.x]}),
        jax.numpy.array(first.filter.values, {shape: [...first.filter.dims]}),
      ] as const;
      await jax.blockUntilReady(operands.map(({ref}) => ref));
      const convolve = compiled(jax, first);
      return {
        run: () =>
          withoutWorker(async () => {
            // Every use of an array takes one reference to it.
            const values = (await convolve(operands[0].ref, operands[1].ref).data()) as Float32Array;
            return {values: () => (isLast ? channelsLast(values, first.y) : values), dispose: () => undefined};
          }),
        dispose: () => {
          operands.forEach(operand => operand.dispose());
          convolve.dispose();
        },
      };
    }),
});

/** On WebAssembly, one thread. */
export const jaxWasm = jaxLayers('jax-js', 'wasm');
