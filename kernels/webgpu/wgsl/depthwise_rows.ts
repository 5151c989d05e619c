import {channelValues, EPILOGUE_UNIFORMS, epilogueBindings, epilogueFunctions} from './epilogue.js';
import {lines, programsOf} from './program.js';
import {store} from './store.js';
import type {StoreKind} from './store.js';
import {TAP_UNIFORMS} from './taps.js';

/*
 * The program of the variants `depthwise_rows`: a thread computes `pixels` neighbouring results of a line for four channels,
 * each multiplied by itself. They share the sources of a line of taps, so that each is loaded once. Results beyond the end of
 * the line are not stored. Conditions are as in tiles.ts.
 */

export interface DepthwiseRowsKind extends StoreKind {
  readonly reader: 'texels' | 'texture';
  readonly filters: 'texels' | 'halfTexels' | 'texture';
  /** Taps of a line, and the source from one result to the next. */
  readonly taps: number;
  readonly stride: number;
  /** Whether the last tap reads the first source. */
  readonly flipped: boolean;
  readonly pixels: number;
}

/** Element (image, pixel, channel) of the result is at image * imageStep + pixel * pixelStep + channel * channelStep. */
const UNIFORM_TYPES = {
  ...TAP_UNIFORMS,
  ...EPILOGUE_UNIFORMS,
  blocks: 'i32',
  channels: 'i32',
  tilesPerLine: 'i32',
  zeroAt: 'i32',
  imageStep: 'i32',
  pixelStep: 'i32',
  channelStep: 'i32',
} as const;

/** The sources and weights of a line of taps, and what they add to the sums. */
function overLine({reader, taps, stride, flipped, pixels}: DepthwiseRowsKind): string {
  const zeros = reader === 'texture';
  return `
  ${lines(
    (pixels - 1) * stride + taps,
    n => `
  let ok${n} = inside & (u32(left + ${n}) < u32(sourceSize.z));
  let at${n} = select(${zeros ? 'zeroAt' : '0'}, (row + left + ${n}) * blocks + block, ok${n});
  let x${n} = ${zeros ? `sourceAt(at${n})` : `select(vec4<f32>(), sourceAt(at${n}), ok${n})`};`,
  )}
  ${lines(
    taps,
    k => `
  let w${k} = filtersAt(weights + ${k});
  ${lines(pixels, p => `sum${p}_0 += x${p * stride + (flipped ? taps - 1 - k : k)} * w${k};`)}`,
  )}`;
}

export const depthwiseRowsProgram = programsOf('depthwise_rows', (kind: DepthwiseRowsKind) => {
  const {reader, filters, taps, flipped, pixels, result, epilogue} = kind;
  return {
    bindings: {
      source: reader,
      filters,
      ...epilogueBindings(epilogue),
      result,
    },
    uniforms: UNIFORM_TYPES,
    functions: epilogueFunctions(epilogue),
    body: `
  let blocks = u.blocks;
  let q = index / blocks;
  let block = index - q * blocks;
  let line = q / u.tilesPerLine;
  let first = (q - line * u.tilesPerLine) * ${pixels};
  let plane = line / u.grid.y;
  let image = plane / u.grid.x;
  let depth = plane - image * u.grid.x;
  let height = line - plane * u.grid.y;
  let sourceSize = u.sourceSize;
  let kernel = u.kernel;
  let tapStep = u.tapStep;
  let zeroAt = u.zeroAt;
  let d0 = depth * u.sourceStep.x + u.sourceStart.x;
  let h0 = height * u.sourceStep.y + u.sourceStart.y;
  let left = first * u.sourceStep.z + u.sourceStart.z${flipped ? ` - ${taps - 1}` : ''};
  let ofBlock = block * kernel.x * kernel.y * ${taps};
  ${lines(pixels, p => `var sum${p}_0 = vec4<f32>();`)}
  var i = 0;
  var j = 0;
  loop {
    let d = d0 + i * tapStep.x;
    let h = h0 + j * tapStep.y;
    let inside = (u32(d) < u32(sourceSize.x)) & (u32(h) < u32(sourceSize.y));
    let row = ((image * sourceSize.x + d) * sourceSize.y + h) * sourceSize.z;
    let weights = ofBlock + (i * kernel.y + j) * ${taps};
    ${overLine(kind)}
    continuing {
      j++;
      let ends = j >= kernel.y;
      j = select(j, 0, ends);
      i += select(0, 1, ends);
      break if i >= kernel.x;
    }
  }
  let channel0 = 4 * block;
  let left0 = u.channels - channel0;${channelValues(epilogue, '0', 'channel0')}
  let base = image * u.imageStep + ((depth * u.grid.y + height) * u.grid.z + first) * u.pixelStep;
  ${lines(
    pixels,
    p => `
  let base${p} = base + ${p} * u.pixelStep;
  if (first + ${p} < u.grid.z) { ${store(kind, `${p}`, 0)} }`,
  )}
`,
  };
});
