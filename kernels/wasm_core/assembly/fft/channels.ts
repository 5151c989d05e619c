import {Conv} from '../shared/plan';
import {computeGroupPlanes} from './group_planes';
import {firstGroup, groupBlocks} from './lanes';
import {computeLines} from './lines';
import {computePlanes} from './planes';
import {blockTiles, isByGroups, layOut} from './channels_scratch';
import {fftOf, fftTiles, isPlane} from './tiles';
import {setTables} from './transform';

/*
 * Convolution by FFT of groups with few channels: depthwise, and from one channel to some or back. Overlap-save: a tile of
 * n values is transformed, multiplied by the conjugate of the filter's spectrum, and transformed back, and the first
 * n - taps + 1 results are those that nothing wraps around to. Two real tiles are one complex tile, which a real filter
 * keeps apart.
 */

/** Blocks of tiles, times the blocks of groups that vectors hold. */
export function fftChannelsBlocks(conv: Conv): i32 {
  const tiles = blockTiles(conv);
  return ((fftTiles(conv) + tiles - 1) / tiles) * groupBlocks(conv);
}

/**
 * Computes the blocks from ... end - 1 of fftChannelsBlocks(), as far as there are. Ranges of blocks may be computed at the
 * same time, each with scratch memory of its own.
 */
export function fftChannelsForward(conv: Conv, from: i32, end: i32): void {
  const fft = fftOf(conv);
  setTables(conv.tables);
  const scratch = layOut(conv);
  const perTile = groupBlocks(conv);
  const byGroups = isByGroups(conv);
  end = min(end, fftChannelsBlocks(conv));
  for (let block = from; block < end; block++) {
    const first = (block / perTile) * blockTiles(conv);
    const group = firstGroup(conv, block % perTile);
    if (isPlane(fft)) {
      if (byGroups) computeGroupPlanes(conv, scratch, first, group);
      else computePlanes(conv, scratch, first);
    } else if (byGroups) {
      computeLines(conv, scratch, first, group);
    } else {
      for (let g = 0; g < conv.groups; g++) computeLines(conv, scratch, first, g);
    }
  }
}
