// What the page of the bench offers to bench/browser/main.mjs.
import {setWasmPaths} from '@tensorflow/tfjs-backend-wasm';
import * as ort from 'onnxruntime-web/wasm';
import {measure} from '../measure.js';
import type {Measured} from '../measure.js';
import {layerOn} from '../measure_layer.js';
import {onnxLayers} from '../peers/onnxruntime.js';
import {onnxRuntimeWeb} from '../peers/onnxruntime_web.js';
import {oursWasm} from '../peers/ours.js';
import type {Peer} from '../peers/peer.js';
import {tfjsWasm} from '../peers/tfjs_wasm.js';
import {LAYERS} from '../shapes.js';
import {oursWebgl, tfjsWebgl} from './webgl_peers.js';

declare global {
  var tfjsConvBench: {
    readonly layers: readonly string[];
    readonly run: (backend: string, layer: string, rounds: number) => Promise<Measured>;
  };
}

setWasmPaths('/node_modules/@tensorflow/tfjs-backend-wasm/wasm-out/');
ort.env.wasm.wasmPaths = '/bench_modules/onnxruntime-web/dist/';

const PEERS: {readonly [backend: string]: readonly Peer[]} = {
  webgl: [oursWebgl, tfjsWebgl],
  wasm: [oursWasm, tfjsWasm, onnxLayers(onnxRuntimeWeb)],
};

async function run(backend: string, name: string, rounds: number): Promise<Measured> {
  const layer = LAYERS.find(one => one.name === name);
  if (layer === undefined) throw new Error(`no layer is called ${name}`);
  const {contestants, bound} = layerOn(layer, PEERS[backend]);
  return measure(name, contestants, {rounds, bound});
}

globalThis.tfjsConvBench = {layers: LAYERS.map(({name}) => name), run};
