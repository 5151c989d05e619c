/** What the page of the bench does: it measures a layer on a backend and its peers. */
import {getThreadsCount, setThreadsCount, setWasmPaths} from '@tensorflow/tfjs-backend-wasm';
import {setBackend} from '@tensorflow/tfjs-core';
import {env} from 'onnxruntime-web/wasm';
import {flopsOf} from '../layer.js';
import type {Comparison} from '../compare.js';
import {firstRun, measure} from '../measure.js';
import type {Contestant, Measured} from '../measure.js';
import {layerOn} from '../measure_layer.js';
import {builtin, ours} from '../peers/backends.js';
import {separableBound, separableComparisons, separableOn} from '../measure_separable.js';
import {onnxLayers} from '../peers/onnxruntime.js';
import {onnxRuntimeOnThreads, onnxRuntimeWeb} from '../peers/onnxruntime_web.js';
import type {Peer, Prepared} from '../peers/peer.js';
import type {BackendPeer} from '../peers/tfjs.js';
import {SEPARABLE} from '../separable.js';
import type {SeparableRow} from '../separable.js';
import {LAYERS} from '../shapes.js';
import type {Layer} from '../shapes.js';
import {litert} from './litert.js';
import {hasTflite} from './tflite_model.js';
import {oursWebgl, startWebgl, tfjsWebgl, toTheEnd} from './webgl.js';
import {oursWebgpu, startWebgpu} from './webgpu.js';

interface Bench {
  /** Runs before the peers. */
  readonly start: () => Promise<void>;
  /** Those that run a layer. */
  readonly peersOf: (layer: Layer) => readonly Peer[];
  readonly comparisons: readonly Comparison[];
  /** Our runs of a separable convolution, if they are measured. */
  readonly separable?: {readonly on: BackendPeer; readonly finish: (prepared: Prepared) => Prepared};
}

const compare = (title: string, ours: Peer, ...against: Array<{readonly name: string}>): Comparison => ({
  title,
  ours: ours.name,
  against: against.map(({name}) => name),
});

const BENCHES: Readonly<Record<string, Bench>> = {
  wasm: {
    start: () => Promise.resolve(),
    peersOf: layer => [ours.wasm, builtin.wasm, onnxLayers(onnxRuntimeWeb), ...(hasTflite(layer) ? [litert] : [])],
    comparisons: [
      compare('best peer', ours.wasm, builtin.wasm, onnxRuntimeWeb, litert),
      compare('tfjs', ours.wasm, builtin.wasm),
      compare('onnxruntime', ours.wasm, onnxRuntimeWeb),
      compare('litert', ours.wasm, litert),
    ],
    separable: {on: ours.wasm, finish: prepared => prepared},
  },
  'wasm-threads': {
    start: startThreads,
    peersOf: () => [ours.wasm, builtin.wasm, onnxLayers(onnxRuntimeOnThreads(getThreadsCount))],
    comparisons: [compare('tfjs', ours.wasm, builtin.wasm), compare('onnxruntime', ours.wasm, onnxRuntimeWeb)],
  },
  webgl: {
    start: startWebgl,
    peersOf: () => [oursWebgl, tfjsWebgl],
    comparisons: [compare('tfjs', oursWebgl, tfjsWebgl)],
    separable: {on: oursWebgl, finish: toTheEnd},
  },
  webgpu: {
    start: startWebgpu,
    peersOf: () => [oursWebgpu, oursWebgl],
    comparisons: [compare('our webgl', oursWebgpu, oursWebgl)],
  },
};

/** A separable convolution in all forms on a backend. */
const separableContestants = (row: SeparableRow, {on, finish}: Required<Bench>['separable']): Contestant[] =>
  separableOn(row, on).map(contestant => ({...contestant, prepare: async () => finish(await contestant.prepare())}));

/** Threads start while a page is idle. */
async function startThreads(): Promise<void> {
  await setBackend('wasm');
  await new Promise(resolve => setTimeout(resolve, 1000));
}

export interface PageResult extends Measured {
  readonly flops: number;
}

export interface BrowserResult extends PageResult {
  /** Of the first run in a page that runs nothing else, in ms, by peer. */
  readonly firsts: Readonly<Record<string, number>>;
}

/** What the program outside of the page calls. */
export interface BenchPage {
  readonly layers: readonly string[];
  /** Names of the separable convolutions that are measured on a backend. */
  separable(backend: string): readonly string[];
  separableComparisons(backend: string): readonly Comparison[];
  measureSeparable(backend: string, row: string, rounds: number): Promise<Measured>;
  comparisons(backend: string): readonly Comparison[];
  /** How many threads TensorFlow.js has on its wasm backend. */
  threads(): Promise<number>;
  /** Names of those that run a layer. */
  peers(backend: string, layer: string): readonly string[];
  measure(backend: string, layer: string, rounds: number): Promise<PageResult>;
  /** Time in ms of the first run of a layer by one of them. */
  first(backend: string, layer: string, peer: string): Promise<number>;
}

declare global {
  var tfjsConvBench: BenchPage;
}

// Where pages may share memory: one thread for every processor, in place of every two.
setThreadsCount(navigator.hardwareConcurrency);
setWasmPaths('/node_modules/@tensorflow/tfjs-backend-wasm/wasm-out/');
env.wasm.wasmPaths = '/bench_modules/onnxruntime-web/dist/';

const layerOf = (name: string): Layer => LAYERS.filter(one => one.name === name)[0];

globalThis.tfjsConvBench = {
  layers: LAYERS.map(({name}) => name),
  comparisons: backend => BENCHES[backend].comparisons,
  separable: backend => (BENCHES[backend].separable === undefined ? [] : SEPARABLE.map(({name}) => name)),
  separableComparisons: backend => {
    const {separable} = BENCHES[backend];
    return separable === undefined ? [] : separableComparisons(separable.on);
  },
  async measureSeparable(backend, name, rounds) {
    const {start, separable} = BENCHES[backend];
    if (separable === undefined) throw new Error(`no separable convolutions are measured on ${backend}`);
    await start();
    const [row] = SEPARABLE.filter(one => one.name === name);
    return measure(name, separableContestants(row, separable), {rounds, bound: separableBound});
  },
  async threads() {
    await setBackend('wasm');
    return getThreadsCount();
  },
  peers: (backend, name) => BENCHES[backend].peersOf(layerOf(name)).map(peer => peer.name),
  async first(backend, name, peer) {
    const layer = layerOf(name);
    const {start, peersOf} = BENCHES[backend];
    await start();
    return firstRun(
      layerOn(
        layer,
        peersOf(layer).filter(one => one.name === peer),
      ).contestants[0],
    );
  },
  async measure(backend, name, rounds) {
    const layer = layerOf(name);
    const {start, peersOf} = BENCHES[backend];
    await start();
    const {contestants, bound} = layerOn(layer, peersOf(layer));
    return {...(await measure(name, contestants, {rounds, bound})), flops: flopsOf(layer)};
  },
};
