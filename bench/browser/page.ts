/** What the page of the bench does: it measures a layer on a backend and its peers. */
import {setWasmPaths} from '@tensorflow/tfjs-backend-wasm';
import {setBackend} from '@tensorflow/tfjs-core';
import {env} from 'onnxruntime-web/wasm';
import {flopsOf} from '../layer.js';
import type {Comparison} from '../compare.js';
import {measure} from '../measure.js';
import type {Measured} from '../measure.js';
import {layerOn} from '../measure_layer.js';
import {onnxLayers} from '../peers/onnxruntime.js';
import {onnxRuntimeWeb} from '../peers/onnxruntime_web.js';
import {oursWasm} from '../peers/ours.js';
import type {Peer} from '../peers/peer.js';
import {tfjsWasm} from '../peers/tfjs_wasm.js';
import {LAYERS} from '../shapes.js';
import type {Layer} from '../shapes.js';
import {litert} from './litert.js';
import {hasTflite} from './tflite_model.js';
import {oursWebgl, startWebgl, tfjsWebgl} from './webgl.js';

interface Bench {
  /** Runs before the peers. */
  readonly start: () => Promise<void>;
  /** Those that run a layer. */
  readonly peersOf: (layer: Layer) => readonly Peer[];
  readonly comparisons: readonly Comparison[];
}

const compare = (title: string, ours: Peer, ...against: Array<{readonly name: string}>): Comparison =>
    ({title, ours: ours.name, against: against.map(({name}) => name)});

const BENCHES: Readonly<Record<string, Bench>> = {
  wasm: {
    start: () => Promise.resolve(),
    peersOf: layer => [oursWasm, tfjsWasm, onnxLayers(onnxRuntimeWeb), ...hasTflite(layer) ? [litert] : []],
    comparisons: [
      compare('best peer', oursWasm, tfjsWasm, onnxRuntimeWeb, litert), compare('tfjs', oursWasm, tfjsWasm),
      compare('onnxruntime', oursWasm, onnxRuntimeWeb), compare('litert', oursWasm, litert),
    ],
  },
  'wasm-threads': {
    start: startThreads,
    peersOf: () => [oursWasm, tfjsWasm],
    comparisons: [compare('tfjs', oursWasm, tfjsWasm)],
  },
  webgl: {
    start: startWebgl,
    peersOf: () => [oursWebgl, tfjsWebgl],
    comparisons: [compare('tfjs', oursWebgl, tfjsWebgl)],
  },
};

/** Threads start while a page is idle. */
async function startThreads(): Promise<void> {
  await setBackend('wasm');
  await new Promise(resolve => setTimeout(resolve, 1000));
}

export interface BrowserResult extends Measured {
  readonly flops: number;
}

/** What the program outside of the page calls. */
export interface BenchPage {
  readonly layers: readonly string[];
  comparisons(backend: string): readonly Comparison[];
  measure(backend: string, layer: string, rounds: number): Promise<BrowserResult>;
}

declare global {
  var tfjsConvBench: BenchPage;
}

setWasmPaths('/node_modules/@tensorflow/tfjs-backend-wasm/wasm-out/');
env.wasm.wasmPaths = '/bench_modules/onnxruntime-web/dist/';

globalThis.tfjsConvBench = {
  layers: LAYERS.map(({name}) => name),
  comparisons: backend => BENCHES[backend].comparisons,
  async measure(backend, name, rounds) {
    const layer = LAYERS.filter(one => one.name === name)[0];
    const {start, peersOf} = BENCHES[backend];
    await start();
    const {contestants, bound} = layerOn(layer, peersOf(layer));
    return {...await measure(name, contestants, {rounds, bound}), flops: flopsOf(layer)};
  },
};
