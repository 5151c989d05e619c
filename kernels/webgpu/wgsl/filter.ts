import {COMPONENTS, lines, programsOf} from './program.js';
import type {TexelWriter} from './program.js';

/*
 * Filters as programs read them that sum over the source channels: a texel has the weights that lead from one source channel to four neighbouring
 * result channels of a group, in the order [group, block of result channels, tap, source channel of the group]. Source
 * channels are padded with zeros to `sourceLength`. Filters of channels by themselves are images of their taps (image.ts).
 */

export interface FilterKind {
  readonly to: TexelWriter;
}

/**
 * The weight of tap t, source channel s, result channel r of a group is at
 * t * tapStep + group * groupStep + s * sourceStep + r * resultStep of the tensor.
 */
export const WEIGHT_UNIFORMS = {
  blocks: 'i32',
  sourceLength: 'i32',
  sourcePerGroup: 'i32',
  resultPerGroup: 'i32',
  tapStep: 'i32',
  groupStep: 'i32',
  sourceStep: 'i32',
  resultStep: 'i32',
} as const;

export const filterProgram = programsOf('filter', ({to}: FilterKind) => ({
  bindings: {weights: 'values', packed: to},
  uniforms: {...WEIGHT_UNIFORMS, taps: 'i32'} as const,
  body: `
  let q = index / u.sourceLength;
  let s = index - q * u.sourceLength;
  let blockNumber = q / u.taps;
  let tap = q - blockNumber * u.taps;
  let group = blockNumber / u.blocks;
  let r = 4 * (blockNumber - group * u.blocks);
  let first = tap * u.tapStep + group * u.groupStep + s * u.sourceStep + r * u.resultStep;
  var texel = vec4<f32>();
  ${lines(
    4,
    i => `{
    let exists = (s < u.sourcePerGroup) & (r + ${i} < u.resultPerGroup);
    texel.${COMPONENTS[i]} = select(0.0, weights[select(0, first + ${i} * u.resultStep, exists)], exists);
  }`,
  )}
  packedSet(index, texel);
`,
}));
