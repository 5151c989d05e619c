import type {ConvGeometry} from '../../../src/geometry/conv.js';
import {perGeometry} from '../../../src/geometry/geometry_cache.js';
import {closeCall, openCall} from '../call.js';
import {NO_EPILOGUE} from '../plan/conv_plan.js';
import {fftKernel} from '../plan/dispatch.js';
import {backwardDirections, forwardDirection, tapStep} from '../plan/direction.js';
import type {Direction} from '../plan/direction.js';
import {writePlans} from '../plan/encoding.js';
import type {PlanWords, ScratchBytes} from '../plan/encoding.js';
import {withTiling} from '../plan/fft_tiles.js';
import type {CoreExports} from '../runtime/exports.js';
import {fftTiles} from './fft_cost.js';
import type {FftAlgorithm, FftTiles} from './fft_cost.js';
import {TABLES} from './fft_tables.js';
import {byPhases, byPlan} from './one_plan.js';
import type {OnePlan} from './one_plan.js';
import {addForm} from './packed_filter.js';
import type {Call, Filter} from '../types.js';

/*
 * Convolution by Fourier transforms of tiles, channels last: for many channels (assembly/fft/dense.ts), and for groups with
 * few (assembly/fft/channels.ts).
 */

/** How a filter is packed. */
interface Packing extends ScratchBytes {
  readonly filterBytes: (run: CoreExports, plan: number) => number;
  readonly pack: (run: CoreExports, ...operands: Parameters<CoreExports['packFftDense']>) => void;
}

const PACKINGS: {readonly [A in FftAlgorithm]: Packing} = {
  dense: {
    scratchBytes: (run, plan) => run.fftDenseScratchBytes(plan),
    filterBytes: (run, plan) => run.fftDenseFilterBytes(plan),
    pack: (run, ...operands) => run.packFftDense(...operands),
  },
  channels: {
    scratchBytes: (run, plan) => run.fftChannelsPackBytes(plan),
    filterBytes: (run, plan) => run.fftChannelsFilterBytes(plan),
    pack: (run, ...operands) => run.packFftChannels(...operands),
  },
};

/** A direction with its tiles. */
interface TiledDirection extends FftTiles {
  readonly direction: Direction;
  readonly words: PlanWords;
  /** The name of the packed filter. */
  readonly form: string;
}

function tiled(direction: Direction): TiledDirection {
  const tiles = fftTiles(direction);
  const {algorithm, tiling} = tiles;
  return {
    ...tiles,
    direction,
    words: withTiling(direction.words, tiling),
    form: `${direction.forms.fft} ${algorithm} ${tiling.height.size} ${tiling.width.size}`,
  };
}

/** Packs the transformed filters of all groups. */
function packFilter(
  call: Call,
  g: ConvGeometry,
  {direction, tiling, words, algorithm, form}: TiledDirection,
  filter: Filter,
): number {
  const {run} = call.core;
  const packing = PACKINGS[algorithm];
  const planning = openCall(call);
  try {
    const operands = {source: 0, result: 0, filter: 0, epilogue: NO_EPILOGUE};
    const {plans} = writePlans(planning, words, operands, 1, packing);
    return addForm(call, filter, form, packing.filterBytes(run, plans), (packed, to, from) => {
      TABLES[algorithm].write(packed, to, tiling.height.size, tiling.width.size);
      const {groupStep, inChannelStep, outChannelStep} = direction;
      packing.pack(run, plans, to, from, groupStep, tapStep(g), inChannelStep, outChannelStep);
    });
  } finally {
    closeCall(planning);
  }
}

function planOf(g: ConvGeometry, direction: Direction): OnePlan {
  const tiles = tiled(direction);
  const {words, form, algorithm, share} = tiles;
  return {
    words,
    kernel: fftKernel(algorithm, share),
    form,
    pack: (call, filter) => packFilter(call, g, tiles, filter),
    hasTables: true,
  };
}

/** The plan of y = conv(x, filter). */
export const fftPlan = perGeometry(g => planOf(g, forwardDirection(g)));

/** y = conv(x, filter). */
export const fftForward = byPlan(fftPlan);

/** dx of conv(x, filter) at dy: every phase is a convolution of dy. */
export const fftBackpropInput = byPhases(
  perGeometry(g => backwardDirections(g).map(direction => planOf(g, direction))),
);
