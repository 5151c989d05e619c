import {product, spatialSizes} from '../../src/geometry/conv.js';
import type {ConvGeometry} from '../../src/geometry/conv.js';
import {pixelsOf} from '../../src/geometry/image_layout.js';
import type {ImageLayout} from '../../src/geometry/image_layout.js';
import type {Addressing} from './glsl/conv.js';
import {loadFilterSource} from './glsl/image_texture.js';
import {imageLoad, perGroup} from './image_texture.js';
import type {Blocks, Load} from './image_texture.js';
import type {Range} from './partition.js';
import {layoutRuns} from './texture_layout.js';
import type {Values} from './tensors.js';
import type {RunLayout} from './texture_layout.js';

/** The layout of a filter for so many blocks of results, whose sources are in `source`. */
export function filterRuns(g: ConvGeometry, blocks: number, source: Blocks, addressing: Addressing): RunLayout {
  const [depth, height, width] = spatialSizes(g, 'kernel');
  const lines = blocks * depth * height;
  return addressing === 'lines'
    ? layoutRuns(lines, width * 4 * perGroup(source))
    : layoutRuns(lines * width * source.segments, 4 * source.length);
}

/** How a filter is laid out: also out of its values, which takes no program. */
export interface FilterLoad extends Load {
  /** Writes what a texel holds, as the program does. */
  readonly write: (values: Values, texel: number, out: Float32Array) => void;
}

/** Copies up to `most` values, of which there are `count`, to a place in the texels. */
export function copyValues(
  values: Values,
  from: number,
  count: number,
  most: number,
  out: Float32Array,
  at: number,
): void {
  const end = Math.min(count, most);
  for (let i = 0; i < end; i++) out[at + i] = values[from + i];
}

/** Of a depthwise filter, whose taps are an image's pixels. */
export function tapsLoad(image: ImageLayout, blocks: Blocks, addressing: Addressing): FilterLoad {
  const [perTexel, pixels] = [perGroup(blocks), pixelsOf(image)];
  return {
    ...imageLoad(image, blocks, addressing),
    write(values, texel, out) {
      const pixel = Math.floor(texel / perTexel);
      const channel = 4 * (texel - pixel * perTexel);
      const count = pixel < pixels ? image.channels - channel : 0;
      copyValues(values, pixel * image.channels + channel, count, 4, out, 4 * texel);
    },
  };
}

/** Of a filter, for a range of the results' blocks, whose sources are in `source`. */
export function filterLoad(
  g: ConvGeometry,
  backward: boolean,
  blocks: Blocks,
  range: Range,
  source: Blocks,
  addressing: Addressing,
): FilterLoad {
  const [inPerGroup, outPerGroup] = [g.inChannels / g.groups, g.outChannels / g.groups];
  const [taps, perTap] = [product(spatialSizes(g, 'kernel')), 4 * perGroup(source)];
  return {
    order: backward ? 'filter, backward' : 'filter',
    layout: filterRuns(g, range.count, source, addressing),
    step: outPerGroup,
    source: way => loadFilterSource(way, backward),
    ints: {
      taps,
      perTap,
      blocks: range.count,
      firstBlock: range.from,
      blocksPerGroup: blocks.blocksPerGroup,
      inPerGroup,
      outPerGroup,
      outChannels: g.outChannels,
    },
    write(values, texel, out) {
      const row = Math.floor(texel / perTap),
        position = texel - row * perTap;
      const part = Math.floor(row / taps),
        tap = row - part * taps;
      if (part >= range.count) return;
      const block = part + range.from;
      const group = Math.floor(block / blocks.blocksPerGroup),
        local = block - group * blocks.blocksPerGroup;
      const inChannel = backward ? 4 * local + (position & 3) : position;
      const outChannel = backward ? position & ~3 : 4 * local;
      const count = inChannel < inPerGroup ? outPerGroup - outChannel : 0;
      const from = (tap * inPerGroup + inChannel) * g.outChannels + group * outPerGroup + outChannel;
      copyValues(values, from, count, 4, out, 4 * texel);
    },
  };
}
