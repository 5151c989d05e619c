/** What the page of the sweep does: it times layers on webgl. */
import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-webgl';
import type {MathBackendWebGL} from '@tensorflow/tfjs-backend-webgl';
import {backend} from '@tensorflow/tfjs-core';
import 'tfjs-conv/webgl';
import {finish, startWebgl} from '../browser/webgl.js';
import {compareLayer} from './compare_layer.js';
import type {LayerTimes} from './compare_layer.js';
import type {SweepLayer} from './random_layer.js';
import {timeVariants} from './time_variants.js';
import type {VariantTimes} from './time_variants.js';

declare global {
  var tfjsConvSweep: {
    /** Times a layer by ours and by the built-in kernels, on the backend that is there. */
    readonly compare: (layer: SweepLayer, rounds: number) => Promise<LayerTimes | null | 'lost'>;
    /** Times it by variants of ours. */
    readonly variants: (layer: SweepLayer, names: readonly string[], rounds: number) => VariantTimes;
  };
}

await startWebgl();
const {gl} = (backend() as MathBackendWebGL).gpgpu;

/** What compareLayer() says, or that the context is lost. */
async function compare(layer: SweepLayer, rounds: number): Promise<LayerTimes | null | 'lost'> {
  try {
    const times = await compareLayer('webgl', layer, rounds, finish);
    return gl.isContextLost() ? 'lost' : times;
  } catch (error) {
    if (gl.isContextLost()) return 'lost';
    throw error;
  }
}

globalThis.tfjsConvSweep = {
  compare,
  variants: (layer, names, rounds) => timeVariants('webgl', layer, names, rounds, finish),
};
