import {product, spatialSizes} from '../../../src/geometry/conv.js';
import type {PhasePlan} from '../../gpu/phase_plan.js';
import {tapPairsSource, weightPairsSource} from '../glsl/filter_texture.js';
import {rowTaps, tapPairsLayout} from '../plan/depthwise_taps.js';
import {pairs} from '../plan/packed_layout.js';
import type {TextureLayout} from '../plan/texture_layout.js';
import type {FilterContents} from './contents.js';
import {copyValues} from './filter_texture.js';

/*
 * Filters as the programs from packed to packed texels read them.
 */

/** A depthwise filter in pairs of taps by pairs of channels. */
export function tapPairs(plan: PhasePlan): FilterContents {
  const {parity, tapPairs: pairsPerRow} = rowTaps(plan);
  const {channels} = plan.source;
  const channelPairs = pairs(channels);
  const width = plan.geometry.axes[2].kernel;
  return {
    order: plan.backward ? 'pairs, backward' : 'pairs',
    layout: tapPairsLayout(plan),
    step: 1,
    source: access => tapPairsSource(access, plan.backward),
    ints: {channelPairs, channels, tapPairs: pairsPerRow, width, parity},
    write(values, texel, out) {
      const line = Math.floor(texel / channelPairs),
        channel = 2 * (texel - line * channelPairs);
      const row = Math.floor(line / pairsPerRow);
      for (const second of [0, 1]) {
        const tap = 2 * (line - row * pairsPerRow) - parity + second;
        const k = plan.backward ? width - 1 - tap : tap;
        const count = tap >= 0 && tap < width ? channels - channel : 0;
        copyValues(values, {from: (row * width + k) * channels + channel, count, most: 2}, out, 4 * texel + 2 * second);
      }
    },
  };
}

/** The components of a texel: which of the pair of source channels, and of result channels, their weight is of. */
const COMPONENTS = [
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
] as const;

/** The filter of one group in pairs of source channels by pairs of result channels. */
export function weightPairs(plan: PhasePlan, layout: TextureLayout): FilterContents {
  const {
    backward,
    geometry: {outChannels},
    source,
    result,
  } = plan;
  const sourcePairs = pairs(source.channels),
    resultPairs = pairs(result.channels);
  const taps = product(spatialSizes(plan.geometry, 'kernel'));
  return {
    order: backward ? 'weights, backward' : 'weights',
    layout,
    step: 1,
    source: access => weightPairsSource(access, backward),
    ints: {
      sourcePairs,
      resultPairs,
      taps,
      sourceChannels: source.channels,
      resultChannels: result.channels,
      outChannels,
    },
    write(values, texel, out) {
      const run = Math.floor(texel / sourcePairs),
        tap = Math.floor(run / resultPairs);
      COMPONENTS.forEach(([ofSource, ofResult], component) => {
        const s = 2 * (texel - run * sourcePairs) + ofSource,
          r = 2 * (run - tap * resultPairs) + ofResult;
        const from = backward
          ? (tap * result.channels + r) * outChannels + s
          : (tap * source.channels + s) * outChannels + r;
        const count = tap < taps && s < source.channels && r < result.channels ? 1 : 0;
        copyValues(values, {from, count, most: 1}, out, 4 * texel + component);
      });
    },
  };
}
