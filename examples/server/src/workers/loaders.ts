/** The one place that knows whose loaders read models. */
import {loadGraphModel} from '@tensorflow/tfjs-converter';
import {loadLayersModel} from '@tensorflow/tfjs-layers';

export {loadGraphModel, loadLayersModel};
