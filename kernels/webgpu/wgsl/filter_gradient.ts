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
} as const;

const [I, O] = [GRADIENT_BLOCKS, GRADIENT_BLOCKS];

/** What a thread sums of one column. */
const DENSE = {
  declare: `${lines(I, i => `let inBlock${i} = group * u.inBlocks + min(inTile * ${I} + ${i}, u.inBlocks - 1);`)}
  ${lines(O, o => `let outBlock${o} = min(outTile * ${O} + ${o}, u.outBlocks - 1);`)}
  let xBlocks = u.groups * u.inBlocks;
  let dyBlocks = u.groups * u.outBlocks;
  let dyGroup = group * u.outBlocks;
  ${lines(I, i => lines(O, o => lines(4, n => `var sum${i}_${o}_${n} = vec4<f32>();`)))}`,
  add: `
      ${lines(I, i => `let x${i} = kept(sourceAt(xFrom * xBlocks + inBlock${i}), reads);`)}
      ${lines(O, o => `let g${o} = kept(dyAt(dyFrom * dyBlocks + dyGroup + outBlock${o}), reads);`)}
      ${lines(I, i => lines(O, o => lines(4, n => `sum${i}_${o}_${n} += x${i}.${COMPONENTS[n]} * g${o};`)))}`,
  store: lines(I, i =>
    lines(O, o =>
      lines(
        4,
        n =>
          `partial[((tapNumber * u.groups * u.inBlocks + inBlock${i}) * 4 + ${n}) * u.outBlocks + outBlock${o}] = sum${i}_${o}_${n};`,
      ),
    ),
  ),
};

const DEPTHWISE = {
  declare: 'let outBlocks = u.outBlocks; var sum = vec4<f32>();',
  add: 'sum += kept(sourceAt(xFrom * outBlocks + outTile) * dyAt(dyFrom * outBlocks + outTile), reads);',
  store: 'partial[tapNumber * u.outBlocks + outTile] = sum;',
};

const TEXTS: {readonly [P in Products]: typeof DENSE} = {dense: DENSE, depthwise: DEPTHWISE};

export const filterGradientProgram = programsOf('filter_gradient', ({reader, products}: FilterGradientKind) => ({
  bindings: {source: reader, dy: reader, partial: 'writeTexels' as const},
  uniforms: UNIFORM_TYPES,
  functions: 'fn kept(value : vec4<f32>, reads : bool) -> vec4<f32> { return select(vec4<f32>(), value, reads); }',
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
  ${TEXTS[products].declare}
  let grid = u.grid;
  let stride = u.stride;
  let sourceSize = u.sourceSize;
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
      let xFrom = select(0, at, reads);
      let dyFrom = line * grid.z + w;
      ${TEXTS[products].add}
      continuing {
        w++;
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
  ${TEXTS[products].store}
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
