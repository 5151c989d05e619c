// Nobody calls these from outside: an export keeps the compiler from inlining them, which would spill their registers.
export {gemm1x32} from './gemm/row_microkernel';
export {gemm1x4, gemm2x4, gemm3x4, gemm4x4, gemm5x4, gemmMRx4} from './gemm/microkernel';
export {gemm1x8, gemm2x8, gemm3x8, gemm4x8, gemm5x8, gemmMRx8} from './gemm/microkernel';
export {
  depthwise1x8,
  depthwise2x8,
  depthwise3x8,
  depthwise4x8,
  depthwise5x8,
  depthwise6x8,
} from './depthwise/microkernel';
export {thin1, thin2, thin3, thin4} from './gemm/thin';
export {few1, few2, few3, few4} from './depthwise/few_channels';
export {inOrder2, inOrder3, inOrder4} from './depthwise/in_order';
export {lines2, lines3, lines4} from './depthwise/shared_lines';
export {shared2, shared3, shared4} from './depthwise/shared_taps';
export {transformColumns4, transformColumns6} from './winograd/filter';
export {streamOuter, streamPair} from './winograd/stream/stream';
export {stream1x8, stream2x8, stream4x8} from './winograd/stream/microkernel';
export {outer2x8, outer4x8} from './winograd/backprop/microkernel';
