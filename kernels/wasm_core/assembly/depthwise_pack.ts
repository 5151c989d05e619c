import {BLOCK, TAP} from './depthwise_tile';
import {F32} from './target';

@inline
function blocksOf(channels: i32): i32 {
  return (channels + BLOCK - 1) / BLOCK;
}

/** Bytes of a packed filter. */
export function depthwiseFilterBytes(taps: i32, channels: i32): usize {
  return <usize>(blocksOf(channels) * taps) * TAP;
}

/** Packs the rows [channels] at `list` (their indices) of a filter [taps, channels] for depthwise(). */
export function packDepthwise(to: usize, from: usize, list: usize, taps: i32, channels: i32): void {
  const row = <usize>channels * F32;
  for (let block = 0; block < blocksOf(channels); block++) {
    const offset = <usize>max(min(block * BLOCK, channels - BLOCK), 0) * F32;
    for (let t = 0; t < taps; t++, to += TAP) {
      const at = from + <usize>load<i32>(list + (<usize>t << 2)) * row + offset;
      for (let c: usize = 0; c < TAP; c += F32) f32.store(to + c, c < row ? f32.load(at + c) : 0);
    }
  }
}
