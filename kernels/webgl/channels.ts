import {isDepthwise} from '../../src/geometry/conv.js';
import type {Products} from './glsl/conv.js';
import {blocksOf} from './image_texture.js';
import type {Blocks} from './image_texture.js';
import type {Plan} from './plan.js';

/** Which channels meet: those of a group, or each with itself, where groups are nothing to count. */
export interface Channels {
  readonly products: Products;
  readonly source: Blocks;
  readonly result: Blocks;
  /** How often each channel of the source comes. */
  readonly multiplier: number;
}

/** Whether each result channel reads one source channel. */
export const isElementwise = ({backward, geometry: g}: Plan): boolean =>
  isDepthwise(g) && (!backward || g.inChannels === g.outChannels);

export function channelsOf(plan: Plan): Channels {
  const {groups, source, result} = plan;
  if (isElementwise(plan)) {
    const blocks = blocksOf(1, result.channels, 1);
    return {products: 'depthwise', source: blocks, result: blocks, multiplier: result.channels / source.channels};
  }
  // A block of the source meets four texels of the filter.
  return {
    products: 'dense',
    multiplier: 1,
    source: blocksOf(groups, source.channels, 4),
    result: blocksOf(groups, result.channels, 1),
  };
}
