import {BLOCK, repeated, TAP} from './tile';
import {F32} from '../common/target';


@inline
function blocksOf(channels: i32): i32 {
  return (repeated(channels) + BLOCK - 1) / BLOCK;
}

/** Bytes of a packed filter. */
export function depthwiseFilterBytes(taps: i32, channels: i32): usize {
  return <usize>(blocksOf(channels) * taps) * TAP;
}

/** Packs the rows [channels] at `list` (their indices) of a filter [taps, channels] for depthwise(). */
export function packDepthwise(to: usize, from: usize, list: usize, taps: i32, channels: i32): void {
  const row = <usize>channels * F32;
  for (let block = 0; block < blocksOf(channels); block++) {
    const first = min(block * BLOCK, repeated(channels) - BLOCK);
    for (let t = 0; t < taps; t++, to += TAP) {
      const at = from + <usize>load<i32>(list + ((<usize>t) << 2)) * row;
      for (let c = 0; c < BLOCK; c++) {
        f32.store(to + <usize>c * F32, f32.load(at + <usize>((first + c) % channels) * F32));
      }
    }
  }
}
