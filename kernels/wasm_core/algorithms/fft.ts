import type {ConvGeometry} from '../../../src/geometry/conv.js';
import {perGeometry} from '../../../src/geometry/geometry_cache.js';
import {closeCall, openCall} from '../call.js';
import {NO_EPILOGUE} from '../plan/conv_plan.js';
import {computePlan, fftKernel} from '../plan/dispatch.js';
import type {BlockKernel} from '../plan/dispatch.js';
import {backwardDirections, forwardDirection, tapStep} from '../plan/direction.js';
import type {Direction} from '../plan/direction.js';
import {writePlans} from '../plan/encoding.js';
import type {PlanWords, ScratchBytes} from '../plan/encoding.js';
import {withTiling} from '../plan/fft_tiles.js';
import type {CoreExports} from '../runtime/exports.js';
import {fftTiles} from './fft_cost.js';
import type {FftAlgorithm, FftTiles} from './fft_cost.js';
import {TABLES} from './fft_tables.js';
import {startInputGradient} from './input_gradient.js';
import {addForm} from './packed_filter.js';
import type {Call, Filter, ImageKernel, ImageOperands} from '../types.js';

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
interface TiledDirection extends Pick<FftTiles, 'tiling'> {
  readonly direction: Direction;
  readonly words: PlanWords;
  readonly algorithm: FftAlgorithm;
  readonly packing: Packing;
  readonly kernel: BlockKernel;
  /** The name of the packed filter. */
  readonly form: string;
}

function tiled(direction: Direction): TiledDirection {
  const {algorithm, tiling, share} = fftTiles(direction);
  return {
    direction,
    tiling,
    words: withTiling(direction.words, tiling),
    algorithm,
    packing: PACKINGS[algorithm],
    kernel: fftKernel(algorithm, share),
    form: `${direction.forms.fft} ${algorithm} ${tiling.height.size} ${tiling.width.size}`,
  };
}

const tiledForward = perGeometry(g => tiled(forwardDirection(g)));
const tiledBackward = perGeometry(g => backwardDirections(g).map(tiled));

/** Packs the transformed filters of all groups. */
function packFilter(
  call: Call,
  g: ConvGeometry,
  {direction, tiling, words, algorithm, packing, form}: TiledDirection,
  filter: Filter,
): number {
  const {run} = call.core;
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

function computeDirection(
  call: Call,
  g: ConvGeometry,
  direction: TiledDirection,
  {source, filter, result, epilogue}: ImageOperands,
): void {
  const packed = call.filters.find(filter.key, direction.form) ?? packFilter(call, g, direction, filter);
  computePlan(call, direction.words, {source, result, filter: packed, epilogue, tables: packed}, direction.kernel);
}

/** y = conv(x, filter). */
export const fftForward: ImageKernel = (call, g, operands) => computeDirection(call, g, tiledForward(g), operands);

/** dx of conv(x, filter) at dy: every phase is a convolution of dy. */
export const fftBackpropInput: ImageKernel = (call, g, operands) => {
  startInputGradient(call, g, operands);
  for (const direction of tiledBackward(g)) computeDirection(call, g, direction, operands);
};
