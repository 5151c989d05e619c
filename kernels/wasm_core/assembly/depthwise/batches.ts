import {listResult} from '../common/tap_lists';
import {BATCH_BYTES, BATCH_WIDTH, BATCHES_LEAST} from '../shared/blocking';
import {Conv} from '../shared/plan';
import {sameTaps} from './borders';
import {fewResults} from './few_channels';
import {computeSpaced} from './spaced';
import {TAP_BYTES} from './tap_bytes';
import {takeList, Taps} from './taps';

/**
 * How many of the next batch elements are computed together, result by result: those of small images, whose lines have too
 * few results for a microkernel.
 */
@inline
export function batchesTogether(conv: Conv, left: i32): i32 {
  if (conv.width.count >= BATCH_WIDTH || left < BATCHES_LEAST) return 1;
  const batches = min(left, <i32>(BATCH_BYTES / conv.sourceBatch));
  return batches < max(BATCHES_LEAST, fewResults(conv.groupInChannels)) ? 1 : batches;
}

/** Computes all results of `batches` batch elements, the first of which is at `source`, and its results at `to`. */
export function computeBatches(conv: Conv, taps: Taps, source: usize, batches: i32, to: usize): void {
  const pixelStep = <usize>conv.width.sourceStep * conv.sourcePixel;
  const lineStep = <usize>conv.height.sourceStep * conv.sourceHeight;
  const count = conv.width.count;
  for (let td = 0; td < conv.depth.count; td++) {
    for (let th = 0, bandEnd = 0; th < conv.height.count; th = bandEnd) {
      bandEnd = sameTaps(conv.height, th, conv.height.count);
      for (let tw = 0, end = 0; tw < count; tw = end) {
        end = sameTaps(conv.width, tw, count);
        takeList(taps, listResult(conv, source, td, th, tw, taps.list, conv.filter, TAP_BYTES), conv.sourceBatch);
        for (let h = th; h < bandEnd; h++) {
          for (let w = tw; w < end; w++) {
            const x = <usize>(h - th) * lineStep + <usize>(w - tw) * pixelStep;
            const at = to + <usize>td * conv.resultDepth + <usize>h * conv.resultHeight + <usize>w * conv.resultPixel;
            computeSpaced(conv, taps, batches, x, conv.sourceBatch, at, conv.resultBatch);
          }
        }
      }
    }
  }
}
