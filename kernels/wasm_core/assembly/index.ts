// The kernels, by variant.
export {gemmForward, gemmScratchBytes} from './gemm/forward';
export {gemmBackpropFilter, gemmBackpropFilterScratchBytes} from './gemm/backprop_filter';
export {groupedForward, groupedScratchBytes} from './grouped/forward';
export {groupedBackpropFilter} from './grouped/backprop_filter';
export {groupedBackpropFilterScratchBytes} from './grouped/band';
export {depthwiseForward, depthwiseScratchBytes} from './depthwise/forward';
export {depthwiseBackpropFilter} from './depthwise/backprop_filter';
export {fftChannelsBackpropFilter} from './fft/backprop/channels';
export {fftChannelsGradientBytes} from './fft/backprop/channels_scratch';
export {fftDenseBackpropFilter} from './fft/backprop/dense';
export {fftDenseGradientBytes} from './fft/backprop/dense_scratch';
export {largestExponent} from './fft/backprop/exponent';
export {fftChannelsForward} from './fft/channels';
export {fftChannelsScratchBytes} from './fft/channels_scratch';
export {fftDenseForward} from './fft/dense';
export {fftDenseScratchBytes} from './fft/dense_scratch';
export {winogradForward} from './winograd/forward';
export {winogradScratchBytes} from './winograd/tiles';
export {winogradLineForward} from './winograd/line/forward';
export {winogradLineScratchBytes} from './winograd/line/tiles';
export {winogradBackpropFilter} from './winograd/backprop/backprop_filter';
export {winogradBackpropFilterScratchBytes} from './winograd/backprop/tiles';
export {finishTask, runTask, runWorker} from './threads/thread_pool';

// Packing of filters.
export {addTaps} from './gemm/add_taps';
export {gemmFilterBytes, packPanels} from './gemm/pack';
export {depthwiseFilterBytes, packDepthwise} from './depthwise/pack';
export {fftChannelsPackBytes, packFftChannels} from './fft/channels_filter';
export {fftChannelsFilterBytes} from './fft/lanes';
export {fftDenseFilterBytes} from './fft/dense_scratch';
export {packFftDense} from './fft/dense_filter';
export {transformFilter, winogradFilterBytes} from './winograd/filter';
export {transformLineFilter, winogradLineFilterBytes} from './winograd/line/filter';
export {streamFilterBytes} from './winograd/stream/stream';
export {packStream} from './winograd/stream/pack';

// Steps that the host composes.
export {multiply} from './gemm/product';
export {finishRows} from './common/activation';
export {copyStrided} from './common/strided_copy';
export {contract, expand, transpose} from './common/transpose';

// What stands around convolutions.
export {batchNorm} from './elementwise/batch_norm';
export {maximum, minimum} from './elementwise/limits';
export {meanRows} from './elementwise/mean';
export {activateValues, tanhValues} from './common/activation';

export * from './microkernels';
