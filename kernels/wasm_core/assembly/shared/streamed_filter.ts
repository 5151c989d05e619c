import {CACHE_LINE} from './blocking';

/** A filter that is streamed (../winograd/stream/stream.ts). The panels of its groups follow it. */
@unmanaged
export class StreamedFilter {
  /** The weights, which are read as long as not all output channels are packed. */
  weights: usize;
  /** Bytes from one group, channel, tap of the filter and output channel to the next. */
  group: usize;
  channel: usize;
  tap: usize;
  column: usize;
  /** Output channels of each group that are packed, from the first on. */
  packed: i32;
  /** 1 where all values of those are within SQUARES_LIMIT. */
  bounded: i32;
}

/** Bytes before the panels, which begin with a cache line. */
export const STREAMED_FILTER_HEADER: usize = (offsetof<StreamedFilter>() + CACHE_LINE - 1) & ~(CACHE_LINE - 1);
