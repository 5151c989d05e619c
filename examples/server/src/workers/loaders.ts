/** The one place that says whose loaders read models. */
import type {GraphModel} from '@tensorflow/tfjs-converter';
import type {io} from '@tensorflow/tfjs-core';
import type {LayersModel} from '@tensorflow/tfjs-layers';

export interface Loaders {
  readonly loadGraphModel: (handler: io.IOHandler) => Promise<GraphModel>;
  readonly loadLayersModel: (handler: io.IOHandler) => Promise<LayersModel>;
}

/**
 * Those of tfjs-conv, which also read what those of TensorFlow.js cannot, or those of TensorFlow.js. They are imported only
 * where they are used: the import alone puts the layers of tfjs-conv in place of others.
 */
export async function importLoaders(isAccelerated: boolean): Promise<Loaders> {
  const [{loadGraphModel}, {loadLayersModel}] = isAccelerated
    ? await Promise.all([import('tfjs-conv/graph-model'), import('tfjs-conv/layers')])
    : await Promise.all([import('@tensorflow/tfjs-converter'), import('@tensorflow/tfjs-layers')]);
  return {loadGraphModel, loadLayersModel};
}
