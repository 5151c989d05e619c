import {writeBias} from '../common/plan';
import {Conv} from '../shared/plan';
import {
  fours,
  groupFilter,
  layOut,
  matricesBytes,
  ownFrequencies,
  productBytes,
  productDepth,
  rowsBytes,
  scalesBytes,
} from './dense_scratch';
import {finishPair, transformPair} from './dense_tiles';
import {MATRIX_CHANNEL, multiplyFrequency} from './dense_product';
import {fftOf, fftTiles, findTile} from './tiles';
import {setTables} from './transform';

/*
 * FFT convolution with many channels, channels last: blocks of pairs of tiles are transformed, multiplied at each frequency
 * as matrices, and transformed back (overlap-save: results that wrap around are not written).
 */

/** The blocks of fftDenseForward(). */
export function fftDenseBlocks(conv: Conv): i32 {
  const tiles = 2 * fftOf(conv).pairs;
  return (fftTiles(conv) + tiles - 1) / tiles;
}

/**
 * Computes the blocks from ... end - 1 of fftDenseBlocks(), as far as there are, with the filter of packFftDense(). Ranges
 * of blocks may be computed at the same time, each with scratch memory of its own.
 */
export function fftDenseForward(conv: Conv, from: i32, end: i32): void {
  end = min(end, fftDenseBlocks(conv));
  const fft = fftOf(conv);
  const scratch = layOut(conv);
  setTables(conv.tables);
  // Frequencies that are their own negative have no second rows, which must not hold what is slow to multiply.
  memory.fill(scratch.spectra, 0, <usize>ownFrequencies(fft) * rowsBytes(conv));
  const tiles = fftTiles(conv);
  const depth = productDepth(conv),
    columns = fours(conv.groupOutChannels);
  const matrix = <usize>(columns * depth) * MATRIX_CHANNEL;
  for (let group = 0; group < conv.groups; group++) {
    const filter = groupFilter(conv, group);
    const scales = filter + matricesBytes(conv);
    writeBias(conv, group, scratch.bias);
    for (let block = from; block < end; block++) {
      const first = 2 * block * fft.pairs;
      const pairs = min(fft.pairs, (tiles - first + 1) >> 1);
      for (let pair = 0; pair < pairs; pair++) {
        findTile(scratch.first, conv, first + 2 * pair);
        findTile(scratch.second, conv, first + 2 * pair + 1);
        transformPair(conv, scratch, group, pair);
      }
      let a = scratch.spectra,
        b = filter,
        c = scratch.products;
      for (let f = 0; f < fft.frequencies; f++, a += rowsBytes(conv), b += matrix, c += productBytes(conv)) {
        multiplyFrequency(a, b, c, 2 * pairs, depth, columns);
      }
      for (let pair = 0; pair < pairs; pair++) {
        findTile(scratch.first, conv, first + 2 * pair);
        findTile(scratch.second, conv, first + 2 * pair + 1);
        finishPair(conv, scratch, group, pair, scales, scales + scalesBytes(conv));
      }
    }
  }
}
