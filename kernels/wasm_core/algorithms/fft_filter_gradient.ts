import {product, yShape} from '../../../src/geometry/conv.js';
import {perGeometry} from '../../../src/geometry/geometry_cache.js';
import {allocate} from '../call.js';
import {fftGradientKernel} from '../plan/dispatch.js';
import {forwardDirection} from '../plan/direction.js';
import {withTiling} from '../plan/fft_tiles.js';
import {fftGradientTiles} from './fft_cost.js';
import {TABLES} from './fft_tables.js';
import {computeGradient, gradientWords} from './filter_gradient.js';
import type {FilterGradientKernel} from '../types.js';

/*
 * dfilter of conv(x, filter) at dy by Fourier transforms of tiles, channels last (assembly/fft/backprop/).
 */

const tiled = perGeometry(g => {
  const {algorithm, tiling, share} = fftGradientTiles(forwardDirection(g));
  return {
    words: withTiling(gradientWords(g), tiling),
    kernel: fftGradientKernel(algorithm, share),
    sides: [tiling.height.size, tiling.width.size] as const,
    tables: TABLES[algorithm],
  };
});

/** Of a number that is not finite (assembly/fft/backprop/exponent.ts). */
const NOT_FINITE = 128;

/**
 * By Fourier transforms; by `otherwise` where a value is not finite, or far larger or smaller than the others, as it would
 * reach taps that it does not contribute to.
 */
export const fftBackpropFilter =
  (otherwise: FilterGradientKernel): FilterGradientKernel =>
  (call, g, operands) => {
    const exponent = call.core.run.largestExponent(operands.dy, product(yShape(g)));
    if (exponent === NOT_FINITE) return otherwise(call, g, operands);
    const {
      words,
      kernel,
      sides,
      tables: {bytes, write},
    } = tiled(g);
    const tables = allocate(call, bytes(...sides));
    write(call, tables, ...sides);
    if (!computeGradient(call, g, operands, kernel, words, {tables, exponent})) otherwise(call, g, operands);
  };
