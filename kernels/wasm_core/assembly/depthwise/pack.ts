import {copy} from '../common/vector';
import {DEPTHWISE_CHANNELS, F32} from '../shared/blocking';
import {repeated} from './microkernel';
import {RUN_CHANNELS} from './runs';
import {TAP_BYTES} from './tap_bytes';


@inline
function blocksOf(channels: i32): i32 {
  return (repeated(channels) + DEPTHWISE_CHANNELS - 1) / DEPTHWISE_CHANNELS;
}

/** Bytes of a packed filter. */
export function depthwiseFilterBytes(taps: i32, channels: i32): usize {
  const rows = channels <= RUN_CHANNELS ? <usize>(taps * channels) * F32 : 0;
  return <usize>(blocksOf(channels) * taps) * TAP_BYTES + rows;
}

/**
 * Packs the rows [channels] at `list` (their indices) of a filter [taps, channels] for depthwiseForward(): in blocks of 8
 * channels, followed, for runs of few channels, by the rows themselves.
 */
export function packDepthwise(to: usize, from: usize, list: usize, taps: i32, channels: i32): void {
  const row = <usize>channels * F32;
  for (let block = 0; block < blocksOf(channels); block++) {
    const first = min(block * DEPTHWISE_CHANNELS, repeated(channels) - DEPTHWISE_CHANNELS);
    for (let t = 0; t < taps; t++, to += TAP_BYTES) {
      const at = from + <usize>load<i32>(list + ((<usize>t) << 2)) * row;
      for (let c = 0; c < DEPTHWISE_CHANNELS; c++) {
        f32.store(to + <usize>c * F32, f32.load(at + <usize>((first + c) % channels) * F32));
      }
    }
  }
  if (channels > RUN_CHANNELS) return;
  for (let t = 0; t < taps; t++, to += row) copy(to, from + <usize>load<i32>(list + ((<usize>t) << 2)) * row, channels);
}
