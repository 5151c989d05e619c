import {channelValues, EPILOGUE_UNIFORMS, epilogueBindings, epilogueFunctions} from './epilogue.js';
import {lines, programsOf, turns} from './program.js';
import type {TexelReader} from './program.js';
import {store} from './store.js';
import type {StoreKind} from './store.js';
import {TAP_UNIFORMS} from './taps.js';

/*
 * The program of the variants `depthwise_rows`: a thread computes `pixels` neighbouring results of one or two lines for four
 * channels, each multiplied by itself. They share the sources of a line of taps, so that each is loaded once. Of two lines one
 * reads by every tap what the other reads by the tap before: row r of the sources is multiplied by row r of the taps for the
 * one, and by row r - 1 for the other. Results that do not exist are not stored. Conditions are as in tiles.ts.
 */

export interface DepthwiseRowsKind extends StoreKind {
  readonly reader: TexelReader;
  readonly filters: TexelReader;
  /** Taps of a line, and the source from one result to the next. */
  readonly taps: number;
  readonly stride: number;
  /** Whether the last tap reads the first source. */
  readonly flipped: boolean;
  readonly pixels: number;
  readonly resultLines: 1 | 2;
}

/** Element (image, pixel, channel) of the result is at image * imageStep + pixel * pixelStep + channel * channelStep. */
const UNIFORM_TYPES = {
  ...TAP_UNIFORMS,
  ...EPILOGUE_UNIFORMS,
  blocks: 'i32',
  channels: 'i32',
  tilesPerLine: 'i32',
  tilesPerColumn: 'i32',
  zeroAt: 'i32',
  imageStep: 'i32',
  pixelStep: 'i32',
  channelStep: 'i32',
} as const;

/** How many sources of a line its results read. */
const sourcesOf = ({pixels, stride, taps}: DepthwiseRowsKind): number => (pixels - 1) * stride + taps;

/** What adds to the sums of a line, which begin at number `first`, by weights of that name. */
function addLine({taps, stride, flipped, pixels}: DepthwiseRowsKind, first: number, weights: string): string {
  const product = (p: number, k: number) => `x${p * stride + (flipped ? taps - 1 - k : k)} * ${weights}${k}`;
  const products = (p: number) => Array.from({length: taps}, (_, k) => product(p, k)).join(' + ');
  return lines(pixels, p => `sums[${first + p}] += ${products(p)};`);
}

/** The sums of a row of sources. */
function overRow(kind: DepthwiseRowsKind): string {
  const {reader, taps, resultLines, pixels, flipped} = kind;
  const zeros = reader === 'texture';
  const leading = flipped ? resultLines - 1 : 0;
  return `
  ${lines(
    sourcesOf(kind),
    n => `
  let ok${n} = inside & isColumn${n};
  let at${n} = select(${zeros ? 'zeroAt' : '0'}, line + column${n}, ok${n});
  let x${n} = ${zeros ? `sourceAt(at${n})` : `select(vec4<f32>(), sourceAt(at${n}), ok${n})`};`,
  )}
  ${lines(taps, k => `let w${k} = filtersAt(weights + ${k} * blocks);`)}
  ${
    resultLines === 1
      ? addLine(kind, 0, 'w')
      : `if (row < kernel.y) { ${addLine(kind, leading * pixels, 'w')} }
  if (row > 0) { ${addLine(kind, (1 - leading) * pixels, 'before')} }
  ${lines(taps, k => `before${k} = w${k};`)}`
  }`;
}

/** Stores all results, one after the other: what is written out once compiles in less time, and runs in as much. */
const storeAll = (kind: DepthwiseRowsKind): string => {
  const {pixels, resultLines} = kind;
  return turns(
    'r',
    '0',
    `${pixels * resultLines}`,
    `
    let l = select(0, 1, r >= ${pixels});
    let p = r - l * ${pixels};
    let sum0_0 = sums[r];
    let base0 = base + (l * grid.z + p) * pixelStep;
    if ((height + l < grid.y) & (first + p < grid.z)) { ${store(kind, '0', 0)} }`,
  );
};

export const depthwiseRowsProgram = programsOf('depthwise_rows', (kind: DepthwiseRowsKind) => {
  const {reader, filters, taps, flipped, pixels, resultLines, result, epilogue} = kind;
  const results = resultLines * pixels;
  return {
    bindings: {
      source: reader,
      filters,
      ...epilogueBindings(epilogue),
      result,
    },
    uniforms: UNIFORM_TYPES,
    functions: `var<private> sums : array<vec4<f32>, ${results}>;${epilogueFunctions(epilogue)}`,
    body: `
  let blocks = u.blocks;
  let q = index / blocks;
  let block = index - q * blocks;
  let tileLine = q / u.tilesPerLine;
  let first = (q - tileLine * u.tilesPerLine) * ${pixels};
  let plane = tileLine / u.tilesPerColumn;
  let grid = u.grid;
  let image = plane / grid.x;
  let depth = plane - image * grid.x;
  let height = (tileLine - plane * u.tilesPerColumn) * ${resultLines};
  let sourceSize = u.sourceSize;
  let kernel = u.kernel;
  let tapStep = u.tapStep;
  let zeroAt = u.zeroAt;
  let d0 = depth * u.sourceStep.x + u.sourceStart.x;
  let h0 = ${flipped && resultLines > 1 ? '(height + 1)' : 'height'} * u.sourceStep.y + u.sourceStart.y;
  let left = first * u.sourceStep.z + u.sourceStart.z${flipped ? ` - ${taps - 1}` : ''};
  ${lines(
    sourcesOf(kind),
    n => `
  let isColumn${n} = u32(left + ${n}) < u32(sourceSize.z);
  let column${n} = (left + ${n}) * blocks + block;`,
  )}
  ${/* Keeps them in memory, see tiles.ts. */ reader === 'texture' ? 'sums[min(index, 0)] = vec4<f32>();' : ''}
  ${resultLines > 1 ? lines(taps, k => `var before${k} = vec4<f32>();`) : ''}
  let rows = kernel.y + ${resultLines - 1};
  var i = 0;
  var row = 0;
  loop {
    let d = d0 + i * tapStep.x;
    let h = h0 + row * tapStep.y;
    let inside = (u32(d) < u32(sourceSize.x)) & (u32(h) < u32(sourceSize.y));
    let line = ((image * sourceSize.x + d) * sourceSize.y + h) * sourceSize.z * blocks;
    let weights = (i * kernel.y + row) * ${taps} * blocks + block;
    ${overRow(kind)}
    continuing {
      row++;
      let ends = row >= rows;
      row = select(row, 0, ends);
      i += select(0, 1, ends);
      break if i >= kernel.x;
    }
  }
  let channel0 = 4 * block;
  let left0 = u.channels - channel0;${channelValues(epilogue, '0', 'channel0')}
  let pixelStep = u.pixelStep;
  let base = image * u.imageStep + ((depth * grid.y + height) * grid.z + first) * pixelStep;
  ${storeAll(kind)}
`,
  };
});
