import {partStep, resultLines} from '../common/plan';
import {depthwiseBackpropFilter} from '../depthwise/backprop_filter';
import {depthwiseForward} from '../depthwise/forward';
import {fftChannelsBackpropFilter, fftChannelsGradientBlocks} from '../fft/backprop/channels';
import {fftDenseBackpropFilter, fftDenseGradientBlocks} from '../fft/backprop/dense';
import {fftChannelsBlocks, fftChannelsForward} from '../fft/channels';
import {fftDenseBlocks, fftDenseForward} from '../fft/dense';
import {gemmBackpropFilter} from '../gemm/backprop_filter';
import {gemmBlocks, gemmForward} from '../gemm/forward';
import {groupedBackpropFilter} from '../grouped/backprop_filter';
import {bandsOfGroups} from '../grouped/band';
import {groupedForward} from '../grouped/forward';
import {CHUNKS, FFT_PART_COLUMNS, GRADIENT_PART_COLUMNS, PART_COLUMNS} from '../shared/blocking';
import {Conv} from '../shared/plan';
import {Kernel, Outcome, ThreadPool} from '../shared/thread_pool';
import {winogradBackpropFilter} from '../winograd/backprop/backprop_filter';
import {winogradBlocks, winogradForward} from '../winograd/forward';
import {winogradLineBlocks, winogradLineForward} from '../winograd/line/forward';

/*
 * Threads that compute the blocks of a plan together, on a shared memory: the calling thread, and workers. A task is open
 * while blocks may be taken. A worker counts itself as active before it looks whether the task is open, so that none is
 * computing when the calling thread goes on. The calling thread never needs the workers: where none has started, it
 * computes all blocks.
 */

const TASK: usize = offsetof<ThreadPool>('task');
const OPEN: usize = offsetof<ThreadPool>('open');
const ACTIVE: usize = offsetof<ThreadPool>('active');
const NEXT: usize = offsetof<ThreadPool>('next');
const FAILED: usize = offsetof<ThreadPool>('failed');
const WORKER_CHUNKS: usize = offsetof<ThreadPool>('workerChunks');
const REFUSED: usize = offsetof<ThreadPool>('refused');

/** Whether the blocks of a kernel always have all output channels. */
function isWhole(kernel: i32): bool {
  return (
    kernel == Kernel.GROUPED_FORWARD ||
    kernel == Kernel.DEPTHWISE_FORWARD ||
    kernel == Kernel.FFT_CHANNELS_FORWARD ||
    kernel == Kernel.FFT_DENSE_FORWARD ||
    kernel == Kernel.GROUPED_BACKPROP_FILTER
  );
}

/** Whether the blocks of a kernel follow from the parts that output channels are divided into. */
function isFftGradient(kernel: i32): bool {
  return kernel == Kernel.FFT_CHANNELS_BACKPROP_FILTER || kernel == Kernel.FFT_DENSE_BACKPROP_FILTER;
}

/** Divides the output channels where there are too few blocks for all threads, and returns the number of blocks. */
function divideChannels(pool: ThreadPool): i32 {
  const conv = changetype<Conv>(pool.plans);
  const blocks = blocksOf(pool, conv);
  const gradient = pool.kernel >= Kernel.GEMM_BACKPROP_FILTER;
  const enough = gradient ? pool.threads : 2 * pool.threads;
  if (isWhole(pool.kernel) || blocks >= enough) return blocks;
  const least = isFftGradient(pool.kernel) ? FFT_PART_COLUMNS : gradient ? GRADIENT_PART_COLUMNS : PART_COLUMNS;
  const wanted = max(1, min(conv.groupOutChannels / least, (enough + blocks - 1) / blocks));
  // Panels are not divided, so that there may be fewer parts than wanted.
  const step = partStep(conv.groupOutChannels, wanted);
  const parts = (conv.groupOutChannels + step - 1) / step;
  for (let i = 0; i < pool.threads; i++) changetype<Conv>(pool.plans + <usize>i * pool.planStep).parts = parts;
  return isFftGradient(pool.kernel) ? blocksOf(pool, conv) : blocks * parts;
}

/** Blocks of a task whose output channels are not divided. */
function blocksOf(pool: ThreadPool, conv: Conv): i32 {
  if (pool.kernel == Kernel.GEMM_FORWARD) return gemmBlocks(conv);
  if (pool.kernel == Kernel.GROUPED_FORWARD || pool.kernel == Kernel.DEPTHWISE_FORWARD) return resultLines(conv);
  if (pool.kernel == Kernel.WINOGRAD_FORWARD) return winogradBlocks(conv, pool.size);
  if (pool.kernel == Kernel.WINOGRAD_LINE_FORWARD) return winogradLineBlocks(conv, pool.size);
  if (pool.kernel == Kernel.FFT_CHANNELS_FORWARD) return fftChannelsBlocks(conv);
  if (pool.kernel == Kernel.FFT_DENSE_FORWARD) return fftDenseBlocks(conv);
  if (pool.kernel == Kernel.GROUPED_BACKPROP_FILTER) return bandsOfGroups(conv);
  if (pool.kernel == Kernel.FFT_CHANNELS_BACKPROP_FILTER) return fftChannelsGradientBlocks(conv);
  if (pool.kernel == Kernel.FFT_DENSE_BACKPROP_FILTER) return fftDenseGradientBlocks(conv);
  return conv.groups;
}

/** Computes some blocks; returns whether the kernel does, which only some do not always. */
function compute(pool: ThreadPool, conv: Conv, from: i32, end: i32): bool {
  if (pool.kernel == Kernel.GEMM_FORWARD) gemmForward(conv, from, end);
  else if (pool.kernel == Kernel.GROUPED_FORWARD) groupedForward(conv, from, end);
  else if (pool.kernel == Kernel.DEPTHWISE_FORWARD) depthwiseForward(conv, from, end);
  else if (pool.kernel == Kernel.WINOGRAD_FORWARD) winogradForward(conv, pool.size, pool.streamed != 0, from, end);
  else if (pool.kernel == Kernel.WINOGRAD_LINE_FORWARD) winogradLineForward(conv, pool.size, from, end);
  else if (pool.kernel == Kernel.FFT_CHANNELS_FORWARD) fftChannelsForward(conv, from, end);
  else if (pool.kernel == Kernel.FFT_DENSE_FORWARD) fftDenseForward(conv, from, end);
  else if (pool.kernel == Kernel.GEMM_BACKPROP_FILTER) gemmBackpropFilter(conv, from, end);
  else if (pool.kernel == Kernel.GROUPED_BACKPROP_FILTER) groupedBackpropFilter(conv, from, end);
  else if (pool.kernel == Kernel.DEPTHWISE_BACKPROP_FILTER) depthwiseBackpropFilter(conv, from, end);
  else if (pool.kernel == Kernel.FFT_CHANNELS_BACKPROP_FILTER) return fftChannelsBackpropFilter(conv, from, end);
  else if (pool.kernel == Kernel.FFT_DENSE_BACKPROP_FILTER) return fftDenseBackpropFilter(conv, from, end);
  else return winogradBackpropFilter(conv, pool.size, from, end);
  return true;
}

/** Computes chunks of blocks until none is left. */
function computeChunks(pool: ThreadPool, index: i32): void {
  const conv = changetype<Conv>(pool.plans + <usize>index * pool.planStep);
  const chunk = pool.chunk;
  while (true) {
    const from = atomic.add<i32>(changetype<usize>(pool), chunk, NEXT);
    if (from >= pool.blocks) return;
    if (!compute(pool, conv, from, from + chunk)) atomic.store<i32>(changetype<usize>(pool), 1, REFUSED);
    if (index > 0) atomic.add<i32>(changetype<usize>(pool), 1, WORKER_CHUNKS);
  }
}

/** What `atomic.wait` returns when nothing has happened in time. */
const TIMED_OUT: i32 = 2;
const NANOSECONDS: i64 = 1000000;

/** Waits for another task than `seen`; returns whether there is one before the worker is to end. */
function awaitTask(pool: ThreadPool, seen: i32): bool {
  const at = changetype<usize>(pool);
  for (let spins = pool.spins; spins > 0; spins--) {
    if (atomic.load<i32>(at, TASK) != seen) return true;
  }
  const timeout: i64 = pool.idle == 0 ? -1 : <i64>pool.idle * NANOSECONDS;
  return atomic.wait<i32>(at + TASK, seen, timeout) != TIMED_OUT;
}

/** Computes blocks of every task until there has been none for long: what a worker thread runs. */
export function runWorker(pool: ThreadPool, index: i32): void {
  const at = changetype<usize>(pool);
  let seen = 0;
  while (awaitTask(pool, seen)) {
    seen = atomic.load<i32>(at, TASK);
    atomic.add<i32>(at, 1, ACTIVE);
    if (atomic.load<i32>(at, OPEN) != 0) computeChunks(pool, index);
    atomic.sub<i32>(at, 1, ACTIVE);
    if (pool.sleeps != 0) atomic.notify(at + ACTIVE, 1);
  }
}

/** How often the calling thread looks whether the workers are done before it sleeps: some 20 microseconds. */
const CALLER_SPINS: i32 = 20000;
/** How long it sleeps at a time. */
const SLEEP: i64 = 100 * NANOSECONDS;

/**
 * Waits for the workers that are computing blocks of a task which has none left, and returns an Outcome: WAITING if a
 * worker is still computing after a tenth of a second. Where the calling thread may not sleep, it waits for ever.
 */
export function finishTask(pool: ThreadPool): i32 {
  const at = changetype<usize>(pool);
  let isLate = false;
  for (let spins = CALLER_SPINS; ; spins--) {
    const active = atomic.load<i32>(at, ACTIVE);
    if (active == 0) break;
    if (spins > 0 || pool.sleeps == 0) continue;
    if (isLate) return Outcome.WAITING;
    isLate = atomic.wait<i32>(at + ACTIVE, active, SLEEP) == TIMED_OUT;
  }
  if (atomic.load<i32>(at, FAILED) != 0) return Outcome.THREAD_FAILED;
  return atomic.load<i32>(at, REFUSED) != 0 ? Outcome.NOT_COMPUTED : Outcome.COMPUTED;
}

/** Computes all blocks of the pool's task together with the workers that have started, and returns an Outcome. */
export function runTask(pool: ThreadPool): i32 {
  const at = changetype<usize>(pool);
  pool.blocks = divideChannels(pool);
  pool.chunk = max(1, pool.blocks / (pool.threads * CHUNKS));
  pool.refused = 0;
  atomic.store<i32>(at, 0, NEXT);
  atomic.store<i32>(at, 1, OPEN);
  atomic.add<i32>(at, 1, TASK);
  atomic.notify(at + TASK, pool.threads);
  computeChunks(pool, 0);
  atomic.store<i32>(at, 0, OPEN);
  return finishTask(pool);
}
