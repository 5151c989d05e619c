import type {Products} from '../../gpu/products.js';
import {EPILOGUE_UNIFORMS, epilogueBindings, epilogueFunction} from './epilogue.js';
import type {EpilogueKind} from './epilogue.js';
import {COMPONENTS, lines, programsOf, turns} from './program.js';
import {TAP_UNIFORMS, tapsFunction} from './taps.js';

/*
 * The program of the variants `tiles`: an implicit matrix product in registers. A thread computes a tile of `pixels`
 * results, which are neighbours in the order [image, depth, height, width] of a phase, by `blocks` blocks of four channels.
 * Results and blocks that do not exist are copies of the last ones, and store what these store. Conditions are joined by
 * & and select(), as the time that some software GPUs take to compile doubles with every branch in a row.
 */

export interface TilesKind {
  readonly reader: 'texels' | 'texture';
  readonly products: Products;
  /** Whether the texels of a group's channels are a run in one row. */
  readonly runs: boolean;
  /** Whether zeros are read for what is beyond the source; otherwise values that are left out. */
  readonly zeros: boolean;
  readonly backward: boolean;
  /** The axes, outermost first, along which every result reads one tap. */
  readonly single: readonly [boolean, boolean, boolean];
  /** Whether four channels of a result are an aligned vector of its tensor. */
  readonly aligned: boolean;
  readonly pixels: number;
  readonly blocks: number;
  readonly epilogue: EpilogueKind;
}

/** Element (image, pixel, channel) of the result is at image * imageStep + pixel * pixelStep + channel * channelStep. */
const UNIFORM_TYPES = {
  ...TAP_UNIFORMS,
  ...EPILOGUE_UNIFORMS,
  columns: 'i32',
  columnsPerGroup: 'i32',
  blocksPerGroup: 'i32',
  channelsPerGroup: 'i32',
  sourceBlocks: 'i32',
  zeroAt: 'i32',
  groups: 'i32',
  tiles: 'i32',
  results: 'i32',
  resultSize: 'vec3<i32>',
  resultStep: 'vec3<i32>',
  imageStep: 'i32',
  pixelStep: 'i32',
  channelStep: 'i32',
} as const;

/** A loop over the taps of an axis. */
const loop = (single: boolean, i: string, count: string, body: string): string =>
  single ? `{ const ${i} = 0; ${body} }` : turns(i, '0', count, body);

/** What a load gives where the source is read at all. */
const kept = (zeros: boolean, value: string, p: number): string =>
  zeros ? value : `select(vec4<f32>(), ${value}, ok${p})`;

/** Four source channels times the weights that lead from them to four result channels. */
function denseSum({pixels, blocks, runs, zeros}: TilesKind): string {
  const source = (p: number) => (runs ? `sourceIn(run${p}, c)` : `sourceAt(from${p} + c)`);
  const weights = (b: number, i: number) =>
    runs ? `filtersIn(weights${b}, 4 * c + ${i})` : `filtersAt(at${b} + 4 * c + ${i})`;
  return `
${runs ? lines(pixels, p => `let run${p} = sourceRun(from${p});`) : ''}
${runs ? lines(blocks, b => `let weights${b} = filtersRun(at${b});`) : ''}
${turns(
  'c',
  '0',
  'u.sourceBlocks',
  `
  ${lines(pixels, p => `let x${p} = ${kept(zeros, source(p), p)};`)}
  ${lines(
    blocks,
    b => `
  ${lines(4, i => `let w${b}_${i} = ${weights(b, i)};`)}
  ${lines(pixels, p => lines(4, i => `sum${p}_${b} += x${p}.${COMPONENTS[i]} * w${b}_${i};`))}`,
  )}`,
)}`;
}

/** One weight per channel. */
const depthwiseSum = ({pixels, blocks, zeros}: TilesKind): string =>
  lines(
    blocks,
    b => `
  let w${b} = filtersAt(at${b});
  ${lines(pixels, p => {
    const place = zeros ? `select(u.zeroAt, from${p} + block${b}, ok${p})` : `from${p} + block${b}`;
    return `sum${p}_${b} += ${kept(zeros, `sourceAt(${place})`, p)} * w${b};`;
  })}`,
  );

/** The sum over the taps. */
const overTaps = (kind: TilesKind): string => {
  const {products, single, pixels, blocks, zeros} = kind;
  return loop(
    single[0],
    'i',
    'taps.count.x',
    `
    ${lines(
      pixels,
      p => `let d${p}_ = d${p} + i * u.tapStep.x; let inDepth${p} = u32(d${p}_) < u32(u.sourceSize.x);
    let plane${p}_ = start${p} + d${p}_ * u.sourceSize.y;`,
    )}
    ${loop(
      single[1],
      'j',
      'taps.count.y',
      `
      ${lines(
        pixels,
        p => `let h${p}_ = h${p} + j * u.tapStep.y; let inHeight${p} = inDepth${p} & (u32(h${p}_) < u32(u.sourceSize.y));
      let line${p}_ = (plane${p}_ + h${p}_) * u.sourceSize.z;`,
      )}
      let tapLine = ((taps.kernelStart.x + i * u.kernelStep.x) * u.kernel.y + taps.kernelStart.y + j * u.kernelStep.y) * u.kernel.z + taps.kernelStart.z;
      ${loop(
        single[2],
        'k',
        'taps.count.z',
        `
        ${lines(
          pixels,
          p => `let w${p}_ = w${p} + k * u.tapStep.z; let ok${p} = inHeight${p} & (u32(w${p}_) < u32(u.sourceSize.z));
        let from${p} = select(${zeros && products === 'dense' ? 'u.zeroAt' : '0'}, (line${p}_ + w${p}_) * perPixel + groupStart, ok${p});`,
        )}
        ${lines(blocks, b => `let at${b} = (block${b} * tapCount + tapLine + k * u.kernelStep.z) * sourceLength;`)}
        ${products === 'dense' ? denseSum(kind) : depthwiseSum(kind)}
      `,
      )}
    `,
    )}
  `,
  );
};

/** Stores four channels of a result. */
const store = (aligned: boolean, p: number, b: number): string =>
  aligned
    ? `resultSet((base${p} + channel${b}) / 4, finished(sum${p}_${b}, channel${b}));`
    : `{
    let y = finished(sum${p}_${b}, channel${b});
    let at = base${p} + channel${b} * u.channelStep;
    ${lines(4, i => `if (left${b} > ${i}) { result[at + ${i} * u.channelStep] = y.${COMPONENTS[i]}; }`)}
  }`;

export const tilesProgram = programsOf('tiles', (kind: TilesKind) => {
  const {reader, products, backward, aligned, pixels, blocks, epilogue} = kind;
  return {
    bindings: {
      source: reader,
      filters: reader,
      ...epilogueBindings(epilogue),
      result: aligned ? 'writeTexels' : 'writeValues',
    },
    uniforms: UNIFORM_TYPES,
    functions: tapsFunction(backward) + epilogueFunction(epilogue),
    body: `
  let q = index / u.columns;
  let column = index - q * u.columns;
  let phaseNumber = q / u.tiles;
  let tile = q - phaseNumber * u.tiles;
  let phaseLine = phaseNumber / u.phases.z;
  let phasePlane = phaseLine / u.phases.y;
  let phase = vec3<i32>(phasePlane, phaseLine - phasePlane * u.phases.y, phaseNumber - phaseLine * u.phases.z);
  let taps = tapsOf(phase);
  let group = column / u.columnsPerGroup;
  let firstBlock = (column - group * u.columnsPerGroup) * ${blocks};
  let perPixel = u.groups * u.sourceBlocks;
  let groupStart = ${products === 'dense' ? 'group * u.sourceBlocks' : '0'};
  let sourceLength = ${products === 'dense' ? '4 * u.sourceBlocks' : '1'};
  let tapCount = u.kernel.x * u.kernel.y * u.kernel.z;
  ${lines(
    pixels,
    p => `
  let r${p} = min(tile * ${pixels} + ${p}, u.results - 1);
  let gridLine${p} = r${p} / u.grid.z;
  let gridPlane${p} = gridLine${p} / u.grid.y;
  let image${p} = gridPlane${p} / u.grid.x;
  let t${p} = vec3<i32>(gridPlane${p} - image${p} * u.grid.x, gridLine${p} - gridPlane${p} * u.grid.y, r${p} - gridLine${p} * u.grid.z);
  let d${p} = t${p}.x * u.sourceStep.x + taps.sourceStart.x;
  let h${p} = t${p}.y * u.sourceStep.y + taps.sourceStart.y;
  let w${p} = t${p}.z * u.sourceStep.z + taps.sourceStart.z;
  let start${p} = image${p} * u.sourceSize.x * u.sourceSize.y;`,
  )}
  ${lines(blocks, b => `let block${b} = group * u.blocksPerGroup + min(firstBlock + ${b}, u.blocksPerGroup - 1);`)}
  ${lines(pixels, p => lines(blocks, b => `var sum${p}_${b} = vec4<f32>();`))}
  ${backward ? 'if (all(taps.count > vec3<i32>()))' : ''} { ${overTaps(kind)} }
  ${lines(
    blocks,
    b => `
  let inGroup${b} = 4 * min(firstBlock + ${b}, u.blocksPerGroup - 1);
  let channel${b} = group * u.channelsPerGroup + inGroup${b};
  let left${b} = u.channelsPerGroup - inGroup${b};`,
  )}
  ${lines(
    pixels,
    p => `
  let place${p} = t${p} * u.resultStep + phase;
  let base${p} = image${p} * u.imageStep + ((place${p}.x * u.resultSize.y + place${p}.y) * u.resultSize.z + place${p}.z) * u.pixelStep;
  ${backward ? `if (all(place${p} < u.resultSize)) ` : ''}{
    ${lines(blocks, b => store(aligned, p, b))}
  }`,
  )}
`,
  };
});
