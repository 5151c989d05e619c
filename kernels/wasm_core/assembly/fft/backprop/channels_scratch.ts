import {Conv} from '../../shared/plan';
import {bufferBytes, ChannelsScratch, headBytes, isByGroups, layOutHead, rowBytes, xBytes} from '../channels_scratch';
import {fftOf, isPlane} from '../tiles';
import {E} from '../transform';
import {Slice, SLICE_BYTES} from './slices';

/*
 * The scratch memory of a slice of groups with few channels: the transformed sources of a block of tiles, one channel of dy
 * (but for planes of several groups, of which it is a column at a time), and the sums over tiles of the product of each source and each result channel.
 */

/** Sources of a slice: its channels, for every term. */
@inline
function mostSources(conv: Conv): usize {
  return <usize>(fftOf(conv).ins * fftOf(conv).terms);
}

/** Bytes of a spectrum: planes of several groups have no space between the columns. */
@inline
function spectrumBytes(conv: Conv): usize {
  const fft = fftOf(conv);
  return isPlane(fft) && isByGroups(conv) ? <usize>(fft.height.size * fft.width.size) * E : xBytes(conv);
}

/** Bytes of the values of two tiles. */
@inline
function valuesBytes(conv: Conv): usize {
  const fft = fftOf(conv);
  return isPlane(fft) && isByGroups(conv) ? <usize>fft.height.size * rowBytes(fft.width.size, E) : bufferBytes(conv);
}

/** Bytes of the transformed channel of dy. */
@inline
function dyBytes(conv: Conv): usize {
  return isPlane(fftOf(conv)) && isByGroups(conv) ? 0 : spectrumBytes(conv);
}

export function fftChannelsGradientBytes(conv: Conv): usize {
  const sources = mostSources(conv);
  const spectra = sources + sources * <usize>fftOf(conv).outs;
  return headBytes(conv) + spectra * spectrumBytes(conv) + dyBytes(conv) + valuesBytes(conv) + SLICE_BYTES;
}

/** Divides the scratch memory. */
export function layOutGradient(conv: Conv): ChannelsScratch {
  const scratch = layOutHead(conv);
  const sources = mostSources(conv);
  scratch.xStep = spectrumBytes(conv);
  scratch.dy = scratch.x + sources * scratch.xStep;
  scratch.acc = scratch.dy + dyBytes(conv);
  scratch.buffer = scratch.acc + sources * <usize>fftOf(conv).outs * scratch.xStep;
  return scratch;
}

/** The slice that is computed. */
@inline
export function sliceOf(conv: Conv, scratch: ChannelsScratch): Slice {
  return changetype<Slice>(scratch.buffer + valuesBytes(conv));
}
