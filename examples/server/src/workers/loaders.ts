/** The one place that says whose loaders read models: these also read what those of TensorFlow.js cannot. */
export {loadGraphModel} from 'tfjs-conv/graph-model';
export {loadLayersModel} from 'tfjs-conv/layers';
