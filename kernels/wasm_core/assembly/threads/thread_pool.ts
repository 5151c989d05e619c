import {backpropFilter} from '../gemm/backprop_filter';
import {convolve, convolveBlocks} from '../gemm/conv';
import {depthwise, depthwiseLines} from '../depthwise/depthwise';
import {depthwiseBackpropFilter} from '../depthwise/backprop_filter';
import {grouped} from '../grouped/grouped';
import {groupedBackpropFilter} from '../grouped/backprop_filter';
import {bandsOfGroups} from '../grouped/band';
import {Conv, partColumns} from '../common/plan';
import {winograd, winogradBlocks} from '../winograd/winograd';
import {winogradBackpropFilter} from '../winograd/backprop/backprop_filter';

/*
 * Threads that compute the blocks of a plan together, on a shared memory: one leads, the others serve. A job is open
 * while blocks may be taken; who takes part counts itself first, so that none is inside when the leader goes on. The
 * leader never needs the others: those that have not started yet, or never do, leave it all the blocks.
 */

/** Shared by the threads (host side: ../../runtime/thread_pool.ts). */
@unmanaged
class Team {
  /** Counts jobs; what threads that serve wait for. */
  job: i32;
  open: i32;
  /** How many of those that serve are inside. */
  inside: i32;
  /** The first block that nobody has taken. */
  next: i32;
  failed: i32;
  /** How many threads there are, the leader being number 0. */
  members: i32;
  kernel: i32;
  size: i32;
  streamed: i32;
  /** Every member has a plan with its own scratch memory: the leader's, and the bytes between them. */
  plans: usize;
  planStep: usize;
  blocks: i32;
  /** How many blocks are taken at a time. */
  chunk: i32;
  /** Counts the chunks of all jobs that were not the leader's. */
  served: i32;
  /** Whether somebody has found that the kernel does not compute this. */
  refused: i32;
}

const OPEN: usize = offsetof<Team>('open');
const INSIDE: usize = offsetof<Team>('inside');
const NEXT: usize = offsetof<Team>('next');
const FAILED: usize = offsetof<Team>('failed');
const SERVED: usize = offsetof<Team>('served');
const REFUSED: usize = offsetof<Team>('refused');

/** Numbers of the kernels, see ../../plan/dispatch.ts. */
const CONVOLVE: i32 = 0;
const GROUPED: i32 = 1;
const DEPTHWISE: i32 = 2;
const WINOGRAD: i32 = 3;
const BACKPROP_FILTER: i32 = 4;
const GROUPED_BACKPROP_FILTER: i32 = 5;
const DEPTHWISE_BACKPROP_FILTER: i32 = 6;

/** What came of a job, see ../../runtime/thread_pool.ts. */
const COMPUTED: i32 = 0;
const NOT_COMPUTED: i32 = 1;
const THREAD_FAILED: i32 = 2;

/**
 * Columns of a part, at least: its block is gathered or transformed for every part. Parts of the filter's gradient, which
 * has no other blocks, are as many as members.
 */
const PART_COLUMNS: i32 = 64;
const GRADIENT_PART_COLUMNS: i32 = 16;

/** Whether blocks are lines, or packed groups, of all columns. */
function isWhole(kernel: i32): bool {
  return kernel == GROUPED || kernel == DEPTHWISE || kernel == GROUPED_BACKPROP_FILTER;
}

/** Divides the columns where there are too few blocks for all, and returns how many blocks that makes. */
function divideColumns(team: Team): i32 {
  const conv = changetype<Conv>(team.plans);
  const blocks = blocksOf(team, conv);
  const gradient = team.kernel >= BACKPROP_FILTER;
  const enough = gradient ? team.members : 2 * team.members;
  if (isWhole(team.kernel) || blocks >= enough) return blocks;
  const least = gradient ? GRADIENT_PART_COLUMNS : PART_COLUMNS;
  const wanted = max(1, min(conv.columns / least, (enough + blocks - 1) / blocks));
  // Panels are not divided, so that fewer parts may have all the columns.
  const step = partColumns(conv.columns, wanted);
  const parts = (conv.columns + step - 1) / step;
  for (let i = 0; i < team.members; i++) changetype<Conv>(team.plans + <usize>i * team.planStep).parts = parts;
  return blocks * parts;
}

/** Chunks that a member would take if all were equally fast. */
const CHUNKS: i32 = 4;

function blocksOf(team: Team, conv: Conv): i32 {
  if (team.kernel == CONVOLVE) return convolveBlocks(conv);
  if (team.kernel == GROUPED || team.kernel == DEPTHWISE) return depthwiseLines(conv);
  if (team.kernel == WINOGRAD) return winogradBlocks(conv, team.size);
  if (team.kernel == GROUPED_BACKPROP_FILTER) return bandsOfGroups(conv);
  return conv.groups;
}

/** Returns whether the kernel computes it. */
function compute(team: Team, conv: Conv, from: i32, end: i32): bool {
  if (team.kernel == CONVOLVE) convolve(conv, from, end);
  else if (team.kernel == GROUPED) grouped(conv, from, end);
  else if (team.kernel == DEPTHWISE) depthwise(conv, from, end);
  else if (team.kernel == WINOGRAD) winograd(conv, team.size, team.streamed != 0, from, end);
  else if (team.kernel == BACKPROP_FILTER) backpropFilter(conv, from, end);
  else if (team.kernel == GROUPED_BACKPROP_FILTER) groupedBackpropFilter(conv, from, end);
  else if (team.kernel == DEPTHWISE_BACKPROP_FILTER) depthwiseBackpropFilter(conv, from, end);
  else return winogradBackpropFilter(conv, team.size, from, end);
  return true;
}

/** Computes chunks of blocks until there are none left. */
function takePart(team: Team, index: i32): void {
  const conv = changetype<Conv>(team.plans + <usize>index * team.planStep);
  const chunk = team.chunk;
  while (true) {
    const from = atomic.add<i32>(changetype<usize>(team), chunk, NEXT);
    if (from >= team.blocks) return;
    if (!compute(team, conv, from, from + chunk)) atomic.store<i32>(changetype<usize>(team), 1, REFUSED);
    if (index > 0) atomic.add<i32>(changetype<usize>(team), 1, SERVED);
  }
}

/** Takes part in every job of the team, for ever. */
export function serve(team: Team, index: i32): void {
  const at = changetype<usize>(team);
  let seen = 0;
  while (true) {
    atomic.wait<i32>(at, seen);
    seen = atomic.load<i32>(at);
    atomic.add<i32>(at, 1, INSIDE);
    if (atomic.load<i32>(at, OPEN) != 0) takePart(team, index);
    atomic.sub<i32>(at, 1, INSIDE);
  }
}

/**
 * Computes all blocks of the team's job, together with the members that are there. Returns COMPUTED, or what one of
 * them has found. It waits without sleeping, which the main thread of a page may not.
 */
export function lead(team: Team): i32 {
  const at = changetype<usize>(team);
  team.blocks = divideColumns(team);
  team.chunk = max(1, team.blocks / (team.members * CHUNKS));
  team.refused = 0;
  atomic.store<i32>(at, 0, NEXT);
  atomic.store<i32>(at, 1, OPEN);
  atomic.add<i32>(at, 1);
  atomic.notify(at, team.members);
  takePart(team, 0);
  atomic.store<i32>(at, 0, OPEN);
  while (atomic.load<i32>(at, INSIDE) != 0) {}
  if (atomic.load<i32>(at, FAILED) != 0) return THREAD_FAILED;
  return atomic.load<i32>(at, REFUSED) != 0 ? NOT_COMPUTED : COMPUTED;
}
