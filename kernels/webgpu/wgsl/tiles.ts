import type {Products} from '../../gpu/products.js';
import {channelValues, epilogueBindings, epilogueFunctions} from './epilogue.js';
import {alongOf, COMPONENTS, lines, programsOf, turns} from './program.js';
import type {TexelReader} from './program.js';
import {store} from './store.js';
import type {StoreKind} from './store.js';
import {tapsFunction} from './taps.js';
import {PHASE_OF_TILE, PLACES, storedAt, TILING_UNIFORMS} from './tiling.js';

/*
 * The program of the variants `tiles`: an implicit matrix product in registers. A thread computes a tile of `pixels`
 * results, which are neighbours in the order [image, depth, height, width] of a phase, by `blocks` blocks of four channels.
 * Results and blocks that do not exist are copies of the last ones, and store what these store. Conditions are joined by
 * & and select(), as the time that some software GPUs take to compile doubles with every branch in a row.
 */

export interface TilesKind extends StoreKind {
  readonly reader: TexelReader;
  readonly filters: TexelReader;
  readonly products: Products;
  /** Whether the texels of a group's channels are a run in one row. */
  readonly runs: boolean;
  /** Whether zeros are read for what is beyond the source; otherwise values that are left out. */
  readonly zeros: boolean;
  /** Whether the channels of a group of the source are one block. */
  readonly oneBlock: boolean;
  readonly phased: boolean;
  /** How many axes there are, from the outermost on, along which every result reads one tap. */
  readonly single: number;
  readonly pixels: number;
  readonly blocks: number;
}

const UNIFORM_TYPES = {...TILING_UNIFORMS, zeroAt: 'i32'} as const;

/**
 * Runs `body` for the taps i, j, k of the axes, of which the first `single` have one each. It is one loop, as a loop within another one costs a software GPU as much as
 * some of its turns: at its end all sums are merged with those of lanes that left earlier.
 */
function loopOverTaps(single: number, body: string): string {
  const names = ['i', 'j', 'k'];
  const counted = [2, 1, 0].filter(axis => axis >= single);
  const constants = names.slice(0, single).map(name => `const ${name} = 0;`);
  if (counted.length === 0) return `${constants.join(' ')} ${body}`;
  const next = counted.map((axis, place) => {
    const [name, count] = [names[axis], `taps.count.${COMPONENTS[axis]}`];
    if (place === counted.length - 1) return `break if ${name} >= ${count};`;
    const outer = names[counted[place + 1]];
    return `let ${name}Ends = ${name} >= ${count}; ${name} = select(${name}, 0, ${name}Ends); ${outer} += select(0, 1, ${name}Ends);`;
  });
  return `
  ${constants.join(' ')}
  ${counted.map(axis => `var ${names[axis]} = 0;`).join(' ')}
  loop {
    ${body}
    continuing { ${names[counted[0]]}++; ${next.join(' ')} }
  }`;
}

/**
 * Sums as variables, or in an array of private memory. A software GPU merges variables with those of lanes that left at
 * every turn of a loop, twice, and memory only where it is written. The array is indexed by a variable too, as it would
 * be made variables of again.
 */
const isInMemory = ({reader}: TilesKind): boolean => reader === 'texture';

const sumOf = (kind: TilesKind, p: number, b: number): string =>
  isInMemory(kind) ? `sums[${p * kind.blocks + b}]` : `sum${p}_${b}`;

/** What a load gives where the source is read at all. */
const kept = (zeros: boolean, value: string, p: number): string =>
  zeros ? value : `select(vec4<f32>(), ${value}, ok${p})`;

/** Four source channels times the weights that lead from them to four result channels. */
function denseSum(kind: TilesKind): string {
  const {pixels, blocks, runs, zeros, oneBlock, filters} = kind;
  const source = (p: number) => (runs ? `sourceIn(run${p}, sourceC)` : `sourceAt(from${p} + c)`);
  const weights = (b: number, i: number) =>
    runs ? `filtersIn(weights${b}, filtersC + ${alongOf(filters, i)})` : `filtersAt(weightsAt${b} + 4 * c + ${i})`;
  const sum = `
  ${runs ? 'let sourceC = sourceAlong(c); let filtersC = filtersAlong(4 * c);' : ''}
  ${lines(pixels, p => `let x${p} = ${kept(zeros, source(p), p)};`)}
  ${lines(
    blocks,
    b => `
  let w${b} = mat4x4<f32>(${Array.from({length: 4}, (_, i) => weights(b, i)).join(', ')});
  ${lines(pixels, p => `${sumOf(kind, p, b)} += w${b} * x${p};`)}`,
  )}`;
  return `
${runs ? lines(pixels, p => `let run${p} = sourceRun(from${p});`) : ''}
${runs ? lines(blocks, b => `let weights${b} = filtersRun(weightsAt${b});`) : ''}
${oneBlock ? `const c = 0; ${sum}` : turns('c', '0', 'sourceBlocks', sum)}`;
}

/** One weight per channel. */
const depthwiseSum = (kind: TilesKind): string => {
  const {pixels, blocks, zeros} = kind;
  return lines(
    blocks,
    b => `
  let w${b} = filtersAt(weightsAt${b});
  ${lines(pixels, p => {
    const place = zeros ? `select(zeroAt, from${p} + block${b}, ok${p})` : `from${p} + block${b}`;
    return `${sumOf(kind, p, b)} += ${kept(zeros, `sourceAt(${place})`, p)} * w${b};`;
  })}`,
  );
};

/** The sum over the taps. */
const overTaps = (kind: TilesKind): string => {
  const {products, single, pixels, blocks, zeros} = kind;
  const isDense = products === 'dense';
  return loopOverTaps(
    single,
    `
    let tap = ((taps.kernelStart.x + i * kernelStep.x) * kernel.y + taps.kernelStart.y + j * kernelStep.y) * kernel.z
      + taps.kernelStart.z + k * kernelStep.z;
    let reach = vec3<i32>(i, j, k) * tapStep;
    ${lines(
      pixels,
      p => `let d${p}_ = d${p} + reach.x; let h${p}_ = h${p} + reach.y; let w${p}_ = w${p} + reach.z;
    let ok${p} = (u32(d${p}_) < u32(sourceSize.x)) & (u32(h${p}_) < u32(sourceSize.y)) & (u32(w${p}_) < u32(sourceSize.z));
    let at${p} = ((start${p} + d${p}_ * sourceSize.y + h${p}_) * sourceSize.z + w${p}_) * perPixel + groupStart;
    let from${p} = select(${zeros && isDense ? 'zeroAt' : '0'}, at${p}, ok${p});`,
    )}
    ${lines(blocks, b => `let weightsAt${b} = ${isDense ? `(block${b} * tapCount + tap) * sourceLength` : `tap * perPixel + block${b}`};`)}
    ${isDense ? denseSum(kind) : depthwiseSum(kind)}`,
  );
};

/** Stores one result. */
const stored = (kind: TilesKind, p: string): string =>
  storedAt(
    kind.phased,
    p,
    lines(kind.blocks, b => store(kind, p, b)),
  );

/** Stores all results: those in memory one after the other, which is less to compile. */
const storedAll = (kind: TilesKind): string => {
  const {pixels, blocks} = kind;
  return isInMemory(kind)
    ? turns(
        'p',
        '0',
        `${pixels}`,
        `let rP = placeOf(min(first + p, u.results - 1), grid);
  ${lines(blocks, b => `let sumP_${b} = sums[p * ${blocks} + ${b}];`)}
  ${stored(kind, 'P')}`,
      )
    : lines(pixels, p => stored(kind, `${p}`));
};

export const tilesProgram = programsOf('tiles', (kind: TilesKind) => {
  const {reader, filters, products, phased, result, pixels, blocks, epilogue} = kind;
  const inMemory = isInMemory(kind);
  return {
    bindings: {
      source: reader,
      filters,
      ...epilogueBindings(epilogue),
      result,
    },
    uniforms: UNIFORM_TYPES,
    functions:
      (inMemory ? `var<private> sums : array<vec4<f32>, ${pixels * blocks}>;` : '') +
      PLACES +
      tapsFunction(phased) +
      epilogueFunctions(epilogue),
    body: `
  ${PHASE_OF_TILE}
  let first = tile * ${pixels};
  let firstBlock = (column - group * u.columnsPerGroup) * ${blocks};
  // Read once: some software GPUs check the bounds at every use of a uniform.
  let grid = u.grid;
  let sourceStep = u.sourceStep;
  let sourceSize = u.sourceSize;
  let kernel = u.kernel;
  let kernelStep = u.kernelStep;
  let tapStep = u.tapStep;
  let sourceBlocks = u.sourceBlocks;
  let zeroAt = u.zeroAt;
  let perPixel = u.groups * sourceBlocks;
  let groupStart = ${products === 'dense' ? 'group * sourceBlocks' : '0'};
  ${products === 'dense' ? 'let sourceLength = 4 * sourceBlocks;' : ''}
  let tapCount = kernel.x * kernel.y * kernel.z;
  ${lines(
    pixels,
    p => `
  let r${p} = ${p === 0 ? 'placeOf(first, grid)' : `nextPlace(r${p - 1}, grid, first + ${p} < u.results)`};
  let d${p} = r${p}.y * sourceStep.x + taps.sourceStart.x;
  let h${p} = r${p}.z * sourceStep.y + taps.sourceStart.y;
  let w${p} = r${p}.w * sourceStep.z + taps.sourceStart.z;
  let start${p} = r${p}.x * sourceSize.x * sourceSize.y;`,
  )}
  ${lines(blocks, b => `let block${b} = group * u.blocksPerGroup + min(firstBlock + ${b}, u.blocksPerGroup - 1);`)}
  ${inMemory ? '' : lines(pixels, p => lines(blocks, b => `var sum${p}_${b} = vec4<f32>();`))}
  ${phased ? 'if (all(taps.count > vec3<i32>()))' : ''} { ${overTaps(kind)} }
  ${lines(
    blocks,
    b => `
  let inGroup${b} = 4 * min(firstBlock + ${b}, u.blocksPerGroup - 1);
  let channel${b} = group * u.channelsPerGroup + inGroup${b};
  let left${b} = u.channelsPerGroup - inGroup${b};${channelValues(epilogue, `${b}`, `channel${b}`)}`,
  )}
  ${storedAll(kind)}
`,
  };
});
