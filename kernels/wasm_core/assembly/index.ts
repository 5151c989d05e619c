export {finishRows} from './activation';
export {backpropFilter, backpropFilterScratchBytes} from './backprop_filter';
export {convolve, scratchBytes} from './conv';
export {depthwise, depthwiseScratchBytes} from './depthwise';
export {depthwiseBackpropFilter} from './depthwise_backprop_filter';
export {grouped, groupedScratchBytes} from './grouped';
export {contract, expand, transpose} from './layout';
export {packPanels, packVectors} from './pack';
export {multiply} from './product';
// Nobody calls it from outside: an export is what keeps the compiler from inlining it, which would spill its registers.
export {fullTile} from './microkernel';
export {fullNarrowTile, narrowTile1, narrowTile2, narrowTile3, narrowTile4, narrowTile5} from './microkernel';
export {tile1, tile2, tile3, tile4, tile5} from './microkernel';
export {winograd} from './winograd';
export {transformFilter, transformFour4, transformFour6, winogradFilterBytes} from './winograd_filter';
export {packStream, streamFilterBytes, streamFour} from './winograd_stream';
export {winogradScratchBytes} from './winograd_tiles';
export {depthwiseFilterBytes, packDepthwise} from './depthwise_pack';
export {depthwise1, depthwise2, depthwise3, depthwise4, depthwise5, depthwise6} from './depthwise_tile';
