import {MAX_ELEMENTS} from '../errors.js';

/** The rules of layers and of their configurations that the ops do not have, see `errors.ts`. */
export const LAYER_RULES = {
  positiveInteger: (name: string) => `${name} must be an integer from 1 to ${MAX_ELEMENTS}`,
  inputRank: (rank: number) => `the input should have rank ${rank}`,
  transposedPadding: "padding must be 'same' or 'valid' (a transposed convolution supports only these)",
  channelsDefined: 'the channel dimension of the inputs should be defined',
  oneInput: 'the layer has one input',
  oneHandler: 'one handler only must load from the path',
  handler: 'a handler must have the method load',
  topology: 'modelTopology must be the topology of a LayersModel, of Keras or of TensorFlow.js',
  modelClass: 'class_name must be that of a model',
  weightSpecs: 'weightData must come with weightSpecs',
  pairs: (name: string) =>
    `${name} must be an integer from 0, one per spatial axis, or a pair of them per spatial axis`,
  positivePerAxis: (name: string) => `${name} must be an integer from 1, or one per spatial axis`,
  interpolation: (known: readonly string[]) => `interpolation must be one of ${known.join(', ')}`,
  padding: 'images are not padded to the proportions of the size',
  operation: 'a function between layers must be one that is known',
  twoInputs: 'the layer has two inputs',
  names:
    "TensorFlow.js' loader cannot tell layers apart whose names differ in underscores only, that of tfjs-conv/layers can",
} as const;
