/** What the page of the sweep does: it compares layers on webgl. */
import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-webgl';
import 'tfjs-conv/webgl';
import {finish, startWebgl} from '../browser/webgl.js';
import {compareLayer} from './compare_layer.js';
import type {LayerTimes} from './compare_layer.js';
import type {SweepLayer} from './random_layer.js';

declare global {
  /** Times a layer, on the backend that is there. */
  var tfjsConvSweep: (layer: SweepLayer, rounds: number) => Promise<LayerTimes | null>;
}

await startWebgl();
globalThis.tfjsConvSweep = (layer, rounds) => compareLayer('webgl', layer, rounds, finish);
