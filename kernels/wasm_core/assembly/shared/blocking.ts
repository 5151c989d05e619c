/*
 * The blocking parameters: sizes of tiles, of what is kept in a cache, and of what threads share. Names are those of BLIS
 * where it has them: a microkernel computes MR x NR results, KC terms of a sum at a time, for MC rows of the left operand.
 * They were chosen by measuring; the command below each shows its effect.
 */

/** Bytes of a float. */
export const F32: usize = 4;
/** Floats of a vector, to a multiple of which rows are padded. */
export const VECTOR: i32 = 4;
/** Bytes of a cache line. */
export const CACHE_LINE: usize = 64;

/*
 * GEMM. `npm run bench -- --parts layers --only '3x3 56x56'`, and '1x1' for those without a gathered operand.
 */

/** Columns of a microkernel and of a packed panel of the right operand: two vectors. */
export const NR: i32 = 8;
/** Rows of a microkernel: as many as leave every sum in one of 16 vector registers, without fused multiply-add and with it. */
export const MR_SIMD: i32 = 5;
export const MR_RELAXED_SIMD: i32 = 6;
/** Terms of a sum that a microkernel adds up at once: its rows and the panel stay in the L1 cache. */
export const KC: i32 = 384;
/** Floats of the panels that the rows of a block are multiplied by before the next panels: they stay in the L1 cache. */
export const PANELS_FLOATS: i32 = 3072;
/** Panels that a single row is multiplied by at once, as it is limited by memory ('1x1' on an image of one pixel). */
export const ROW_PANELS: i32 = 4;

/** Rows of a block are a multiple of the microkernel's rows, of either binary. */
export const MC_STEP: i32 = MR_SIMD * MR_RELAXED_SIMD;
/** Floats of a block of the left operand: 192 KiB, which stay in the L2 cache. */
export const BLOCK_FLOATS: i32 = 48 * 1024;
/** Forward and input gradient: rows of a block at most, and terms up to which lines of taps are gathered together. */
export const FORWARD_MC: i32 = 60;
export const FORWARD_DEPTH: i32 = 768;
/** The same of the filter's gradient, whose sums are over the rows: more rows load and store sums less often. */
export const GRADIENT_MC: i32 = 240;
export const GRADIENT_DEPTH: i32 = 384;
/** Terms of a sum up to which results that are spaced, as those of a phase, are computed a line at a time, in place. */
export const IN_PLACE_DEPTH: i32 = 256;
/** Results of such a line at most ('transposed 2x2'). */
export const IN_PLACE_MC: i32 = 240;
/** Pixels that are summed up in a run of the filter's gradient before they are added to the total. It bounds rounding. */
export const RUN_PIXELS: i32 = 4096;

/*
 * Depthwise. `npm run bench -- --parts layers --only depthwise`; '--parts gradients' for the filter's gradient.
 */

/** Channels of a microkernel: two vectors. */
export const DEPTHWISE_CHANNELS: i32 = 8;
/** Floats of results per run of the filter's gradient: with the source, they stay in the L1 cache for all channels. */
export const DEPTHWISE_RUN_FLOATS: i32 = 2048;
/** Results of such a run at least. */
export const DEPTHWISE_RUN_LEAST: i32 = 16;
/** Floats of a small image, of fewer than 8 channels, that is copied with zeros around it ('depthwise', `npm run bench:sweep`). */
export const PADDED_FLOATS: i32 = 4096;
/** Results of a line from which batch elements are computed one by one; those that are computed together, and their bytes. */
export const BATCH_WIDTH: i32 = 8;
export const BATCHES_LEAST: i32 = 3;
export const BATCH_BYTES: usize = 32 * 1024;
/** Bytes of an image that may still be in the L2 cache. Strided tiles read the lines of larger ones ahead ('112x112'). */
export const NEAR_BYTES: usize = 2 << 20;
/** Channels from which few taps read larger images in order (`npm run bench:sweep -- --ops 'depthwise lines'`). */
export const IN_ORDER_CHANNELS: i32 = 128;

/*
 * Grouped. `npm run bench -- --parts gradients --only groups`
 */

/** Floats of x and dy that are packed at a time for the filter's gradient: 192 KiB, which stay in the L2 cache. */
export const BAND_FLOATS: i32 = 48 * 1024;

/*
 * Winograd. `npm run bench -- --parts layers,gradients --only 3x3`
 */

/** Bytes of the transformed inputs and the products of a block of tiles, which stay in the L2 cache. */
export const TILES_BYTES: i32 = 384 * 1024;
/** Tiles of a block at most. */
export const TILES_MOST: i32 = 120;
/** Output channels that are multiplied and transformed at a time. */
export const TILES_COLUMNS: i32 = 128;
/** Rows of a filter that are transformed for all columns before the next ones, so that they are read from memory once. */
export const TRANSFORM_ROWS: i32 = 16;

/** The filter's gradient: bytes of the transformed x and dy of a block of tiles, which stay in the L2 cache. */
export const GRADIENT_TILES_BYTES: i32 = 1024 * 1024;
/** Tiles of such a block: enough to outweigh the transform of their sums to taps. */
export const GRADIENT_TILES_LEAST: i32 = 64;
export const GRADIENT_TILES_MOST: i32 = 240;
/** Rows and columns of the sums that are multiplied and transformed at a time: they stay in the L2 cache. */
export const SUM_ROWS: i32 = 30;
export const SUM_COLUMNS: i32 = 128;
/** The same where all tiles are one group ('3x3 7x7'): results are written a KiB at a time. */
export const GROUP_SUM_ROWS: i32 = 8;
export const GROUP_SUM_COLUMNS: i32 = 256;

/*
 * Winograd with a streamed filter. `npm run bench -- --parts layers --only '3x3 7x7'`, and '--parts networks', where the
 * filter comes from memory.
 */

/** Tiles that are multiplied together. */
export const STREAM_GROUP: i32 = 4;
/** Channels that are transformed at a time, at the positions of two lines of a tile: they stay in the L1 cache. */
export const STREAM_ROWS: i32 = 32;
/** Rows that are packed for all columns before the next ones, so that they are read from memory once. */
export const STREAM_PACK_ROWS: i32 = 4;
/** Streams that memory is read in at once: it gives one of them about half as much as several. */
export const STREAMS: usize = 8;

/*
 * Threads. `npm run bench:browser -- --parts layers`
 */

/** Multiplications below which it does not pay to wake threads: some 50 microseconds of one thread. */
export const THREADS_MULTIPLICATIONS: i32 = 1 << 20;
/** Output channels of a part at least, as its block is gathered or transformed for every part. */
export const PART_COLUMNS: i32 = 64;
/** The same of the filter's gradient, which has no other blocks. */
export const GRADIENT_PART_COLUMNS: i32 = 16;
/** The same by Fourier transforms, which need fewer multiplications: a panel (partStep). */
export const FFT_PART_COLUMNS: i32 = 8;
/** Chunks of blocks that a thread would take if all were equally fast. */
export const CHUNKS: i32 = 4;
/** Bytes between what different threads write: two cache lines, as processors fetch lines in pairs. */
export const APART: i32 = 128;
