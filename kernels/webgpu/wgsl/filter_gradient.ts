import type {Products} from '../../gpu/products.js';
import {COMPONENTS, lines, programsOf, turns} from './program.js';
import {SLICE_OF_TAP, SLICE_UNIFORMS} from './slices.js';

/*
 * dfilter[tap, i, c] = sum over the results p of x[where tap reads for p, i] * dy[p, c]. A thread sums a slice of the results:
 * for one tap and blocks of in channels by blocks of out channels, or, where each channel is multiplied by itself, one
 * block. A second program adds the slices up in their order, so that sums are the same in every run.
 */

/** Blocks of in and of out channels of a thread. */
export const GRADIENT_BLOCKS = 2;

export interface FilterGradientKind {
  readonly reader: 'texels' | 'texture';
  readonly products: Products;
}

const UNIFORM_TYPES = {
  ...SLICE_UNIFORMS,
  groups: 'i32',
  inBlocks: 'i32',
  outBlocks: 'i32',
  inTiles: 'i32',
  outTiles: 'i32',
  sourceZero: 'i32',
  dyZero: 'i32',
} as const;

const [I, O] = [GRADIENT_BLOCKS, GRADIENT_BLOCKS];
/** Sums of a thread. */
const SUMS = I * O * 4;

/**
 * Whether sums are in memory, for the reason that wgsl/tiles.ts gives. Then several columns are summed before they are added to
 * it, and what is beyond the images is read as zeros after them.
 */
const isInMemory = ({reader}: FilterGradientKind): boolean => reader === 'texture';

/** Columns of a turn of the loop. */
const columnsOf = (kind: FilterGradientKind): number => (isInMemory(kind) ? 4 : 1);

/** Numbered operands of a column, texel `block` of a pixel. */
const load = (kind: FilterGradientKind, name: 'source' | 'dy', column: number, texel: string): string => {
  const value = `${name}At(${name}From${column} * ${name}Blocks + ${texel})`;
  return isInMemory(kind) ? value : `select(vec4<f32>(), ${value}, reads${column})`;
};

/** What a thread declares, sums of the columns of a turn, and stores. */
interface Sums {
  readonly declare: string;
  readonly add: (kind: FilterGradientKind) => string;
  readonly store: (kind: FilterGradientKind) => string;
}

const columns = (kind: FilterGradientKind, line: (column: number) => string): string => lines(columnsOf(kind), line);

/** The sum over the columns of a turn. */
const overColumns = (kind: FilterGradientKind, product: (column: number) => string): string =>
  Array.from({length: columnsOf(kind)}, (_, column) => product(column)).join(' + ');

/** Where sum [i, o, n] of a thread is in the slices. */
const placeOfSum = (i: string, o: string, n: string): string =>
  `((tapNumber * u.groups * u.inBlocks + group * u.inBlocks + min(inTile * ${I} + ${i}, u.inBlocks - 1)) * 4 + ${n}) * u.outBlocks
    + min(outTile * ${O} + ${o}, u.outBlocks - 1)`;

const DENSE: Sums = {
  declare: `${lines(I, i => `let inBlock${i} = group * u.inBlocks + min(inTile * ${I} + ${i}, u.inBlocks - 1);`)}
  ${lines(O, o => `let outBlock${o} = group * u.outBlocks + min(outTile * ${O} + ${o}, u.outBlocks - 1);`)}
  let sourceBlocks = u.groups * u.inBlocks;
  let dyBlocks = u.groups * u.outBlocks;`,
  add: kind => `
      ${columns(kind, c => lines(I, i => `let x${c}_${i} = ${load(kind, 'source', c, `inBlock${i}`)};`))}
      ${columns(kind, c => lines(O, o => `let g${c}_${o} = ${load(kind, 'dy', c, `outBlock${o}`)};`))}
      ${lines(SUMS, m => {
        const [i, o, n] = [Math.floor(m / (O * 4)), Math.floor(m / 4) % O, m % 4];
        return `sums[${m}] += ${overColumns(kind, c => `x${c}_${i}.${COMPONENTS[n]} * g${c}_${o}`)};`;
      })}`,
  store: kind =>
    isInMemory(kind)
      ? turns(
          'm',
          '0',
          `${SUMS}`,
          `partial[${placeOfSum(`(m >> ${Math.log2(O * 4)}u)`, `((m >> 2u) & ${O - 1})`, '(m & 3)')}] = sums[m];`,
        )
      : lines(SUMS, m => {
          const [i, o, n] = [Math.floor(m / (O * 4)), Math.floor(m / 4) % O, m % 4];
          return `partial[${placeOfSum(`${i}`, `${o}`, `${n}`)}] = sums[${m}];`;
        }),
};

const DEPTHWISE: Sums = {
  declare: 'let sourceBlocks = u.outBlocks; let dyBlocks = u.outBlocks;',
  add: kind =>
    `sums[0] += ${overColumns(kind, c => `${load(kind, 'source', c, 'outTile')} * ${load(kind, 'dy', c, 'outTile')}`)};`,
  store: () => 'partial[tapNumber * u.outBlocks + outTile] = sums[0];',
};

const TEXTS: {readonly [P in Products]: Sums} = {dense: DENSE, depthwise: DEPTHWISE};

export const filterGradientProgram = programsOf('filter_gradient', (kind: FilterGradientKind) => ({
  bindings: {source: kind.reader, dy: kind.reader, partial: 'writeTexels' as const},
  uniforms: UNIFORM_TYPES,
  functions: `var<private> sums : array<vec4<f32>, ${kind.products === 'dense' ? SUMS : 1}>;`,
  // One loop over lines and columns, for the reason that wgsl/tiles.ts gives. Lines beyond the source add zeros.
  body: `
  let q = index / u.outTiles;
  let outTile = index - q * u.outTiles;
  let tapNumber = q / (u.groups * u.inTiles);
  let allTiles = q - tapNumber * u.groups * u.inTiles;
  let group = allTiles / u.inTiles;
  let inTile = allTiles - group * u.inTiles;
  ${SLICE_OF_TAP}  let left = max(firstColumn, max(0, u.stride.z - 1 - offset.z) / u.stride.z);
  let right = min(min(firstColumn + u.columnsPerSlice, u.grid.z), max(0, u.sourceSize.z - offset.z + u.stride.z - 1) / u.stride.z);
  ${TEXTS[kind.products].declare}
  let grid = u.grid;
  let stride = u.stride;
  let sourceSize = u.sourceSize;
  let sourceZero = u.sourceZero;
  let dyZero = u.dyZero;
  let firstPlane = first / grid.y;
  if ((first < last) & (left < right)) {
    var line = first;
    var row = first - firstPlane * grid.y;
    var image = firstPlane / grid.x;
    var depth = firstPlane - image * grid.x;
    var w = left;
    loop {
      let d = depth * stride.x + offset.x;
      let h = row * stride.y + offset.y;
      let reads = (u32(d) < u32(sourceSize.x)) & (u32(h) < u32(sourceSize.y));
      let at = ((image * sourceSize.x + d) * sourceSize.y + h) * sourceSize.z + w * stride.z + offset.z;
      let dyAt0 = line * grid.z + w;
      ${columns(
        kind,
        c => `let reads${c} = reads & (w + ${c} < right);
      let sourceFrom${c} = select(${isInMemory(kind) ? 'sourceZero' : '0'}, at + ${c} * stride.z, reads${c});
      let dyFrom${c} = select(${isInMemory(kind) ? 'dyZero' : '0'}, dyAt0 + ${c}, reads${c});`,
      )}
      ${TEXTS[kind.products].add(kind)}
      continuing {
        w += ${columnsOf(kind)};
        let lineEnds = w >= right;
        w = select(w, left, lineEnds);
        line += select(0, 1, lineEnds);
        row += select(0, 1, lineEnds);
        let planeEnds = row >= grid.y;
        row = select(row, 0, planeEnds);
        depth += select(0, 1, planeEnds);
        let imageEnds = depth >= grid.x;
        depth = select(depth, 0, imageEnds);
        image += select(0, 1, imageEnds);
        break if line >= last;
      }
    }
  }
  ${TEXTS[kind.products].store(kind)}
`,
}));

/** Adds the slices up and writes the tensor. Rows are the in channels of a group, padded to `paddedRows` in the slices. */
const ADD_TYPES = {
  slices: 'i32',
  sliceLength: 'i32',
  groups: 'i32',
  rows: 'i32',
  paddedRows: 'i32',
  outBlocks: 'i32',
  outPerGroup: 'i32',
} as const;

export const addSlicesProgram = programsOf('add_slices', () => ({
  bindings: {partial: 'texels' as const, result: 'writeValues' as const},
  uniforms: ADD_TYPES,
  body: `
  let q = index / u.outBlocks;
  let block = index - q * u.outBlocks;
  let tapGroup = q / u.rows;
  let row = q - tapGroup * u.rows;
  let tap = tapGroup / u.groups;
  let group = tapGroup - tap * u.groups;
  let from0 = (tapGroup * u.paddedRows + row) * u.outBlocks + block;
  var sum = vec4<f32>();
  ${turns('slice', '0', 'u.slices', 'sum += partial[from0 + slice * u.sliceLength];')}
  let at = (tap * u.rows + row) * u.groups * u.outPerGroup + group * u.outPerGroup + 4 * block;
  let left = u.outPerGroup - 4 * block;
  ${lines(4, i => `if (left > ${i}) { result[at + ${i}] = sum.${COMPONENTS[i]}; }`)}
`,
}));
