import type {ConvGeometry} from '../../../src/geometry/conv.js';
import {perGeometry} from '../../../src/geometry/geometry_cache.js';
import {closeCall, openCall} from '../call.js';
import {NO_EPILOGUE} from '../plan/conv_plan.js';
import {computePlan, fftDense} from '../plan/dispatch.js';
import type {BlockKernel} from '../plan/dispatch.js';
import {backwardDirections, forwardDirection, tapStep} from '../plan/direction.js';
import type {Direction} from '../plan/direction.js';
import {writePlans} from '../plan/encoding.js';
import type {PlanWords} from '../plan/encoding.js';
import {withTiling} from '../plan/fft_tiles.js';
import type {Tiling} from '../plan/fft_tiles.js';
import {fftShare, fftTiling} from './fft_cost.js';
import {writeTables} from './fft_tables.js';
import {startInputGradient} from './input_gradient.js';
import {addForm} from './packed_filter.js';
import type {Call, Filter, ImageKernel, ImageOperands} from '../types.js';

/*
 * Convolution by Fourier transforms of tiles (assembly/fft/dense.ts), channels last, many channels.
 */

/** A direction with its tiles. */
interface TiledDirection {
  readonly direction: Direction;
  readonly tiling: Tiling;
  readonly words: PlanWords;
  readonly kernel: BlockKernel;
  /** The name of the packed filter. */
  readonly form: string;
}

function tiled(direction: Direction): TiledDirection {
  const tiling = fftTiling(direction);
  return {
    direction,
    tiling,
    words: withTiling(direction.words, tiling),
    kernel: fftDense(fftShare(direction, tiling)),
    form: `${direction.forms.fft} ${tiling.height.size} ${tiling.width.size}`,
  };
}

const tiledForward = perGeometry(g => tiled(forwardDirection(g)));
const tiledBackward = perGeometry(g => backwardDirections(g).map(tiled));

/** Packs the transformed filters of all groups. */
function packFilter(
  call: Call,
  g: ConvGeometry,
  {direction, tiling, words, kernel, form}: TiledDirection,
  filter: Filter,
): number {
  const {run} = call.core;
  const planning = openCall(call);
  try {
    const operands = {source: 0, result: 0, filter: 0, epilogue: NO_EPILOGUE};
    const {plans} = writePlans(planning, words, operands, 1, kernel);
    return addForm(call, filter, form, run.fftDenseFilterBytes(plans), (packing, to, from) => {
      writeTables(packing, to, tiling.height.size, tiling.width.size);
      run.packFftDense(
        plans,
        to,
        from,
        direction.groupStep,
        tapStep(g),
        direction.inChannelStep,
        direction.outChannelStep,
      );
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
  computePlan(call, direction.words, {source, result, filter: packed, epilogue}, direction.kernel);
}

/** y = conv(x, filter). */
export const fftForward: ImageKernel = (call, g, operands) => computeDirection(call, g, tiledForward(g), operands);

/** dx of conv(x, filter) at dy: every phase is a convolution of dy. */
export const fftBackpropInput: ImageKernel = (call, g, operands) => {
  startInputGradient(call, g, operands);
  for (const direction of tiledBackward(g)) computeDirection(call, g, direction, operands);
};
