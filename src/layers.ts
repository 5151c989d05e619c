import './index.js';

export * as layers from './layers/factories.js';
export {Conv1D, Conv2D, Conv3D} from './layers/conv.js';
export type {GroupedConvLayerArgs} from './layers/conv.js';
export {Conv1DTranspose, Conv2DTranspose, Conv2DTransposeMatrix, Conv3DTranspose} from './layers/conv_transpose.js';
export type {ConvTransposeLayerArgs} from './layers/conv_transpose.js';
export {DepthwiseConv1D, DepthwiseConv2D} from './layers/depthwise_conv.js';
export type {DepthwiseConvLayerArgs} from './layers/depthwise_conv.js';
export {SeparableConv1D, SeparableConv2D} from './layers/separable_conv.js';
export type {SeparableConvLayerArgs} from './layers/separable_conv.js';
export {SpatiallySeparableConv2D} from './layers/spatially_separable_conv.js';
export type {SpatiallySeparableConvLayerArgs} from './layers/spatially_separable_conv.js';
export {loadLayersModel} from './layers/load_layers_model.js';
export {registerLayers} from './layers/register_layers.js';
export {separateModel} from './layers/separate_model/separate_model.js';
export type {SeparateModelOptions} from './layers/separate_model/separate_model.js';
export type {SeparationKind} from './layers/separate_model/candidates.js';
export type {BeforeAfter, OutputError, SeparatedLayer, SeparationReport} from './layers/separate_model/report.js';
