import {lines, turns} from '../program.js';

/*
 * The transforms of Winograd's F(4x4, 3x3), after A. Lavin and S. Gray, "Fast Algorithms for Convolutional Neural Networks"
 * (arXiv:1509.09308): a tile of 4 x 4 results is A'[(G g G') * (B' d B)]A of the 3 x 3 taps g and the 6 x 6 sources d. The
 * points are 0, r, -r, 2r, -2r and infinity with r = sqrt(1/2), whose rounding errors are half as large as those of 0, 1, -1,
 * 2, -2. Each pass is along one axis; four channels at once.
 */

/** Results and sources of a tile along an axis, and positions of a tile. */
export const [RESULTS, SOURCES] = [4, 6];
export const POSITIONS = SOURCES * SOURCES;

const R = '0.7071067811865476';

const INPUT_PASS = `
fn inputPass(d0 : vec4<f32>, d1 : vec4<f32>, d2 : vec4<f32>, d3 : vec4<f32>, d4 : vec4<f32>, d5 : vec4<f32>) -> array<vec4<f32>, 6> {
  let even1 = d4 - 2.0 * d2;
  let odd1 = (d3 - 2.0 * d1) * ${R};
  let even2 = d4 - 0.5 * d2;
  let odd2 = (d3 - 0.5 * d1) * (2.0 * ${R});
  return array<vec4<f32>, 6>(d0 - 2.5 * d2 + d4, even1 + odd1, even1 - odd1, even2 + odd2, even2 - odd2, d1 - 2.5 * d3 + d5);
}`;

const FILTER_PASS = `
fn filterPass(g0 : vec4<f32>, g1 : vec4<f32>, g2 : vec4<f32>) -> array<vec4<f32>, 6> {
  let odd1 = g1 * ${R};
  let even1 = g0 + 0.5 * g2;
  let odd2 = odd1 + odd1;
  let even2 = g0 + 2.0 * g2;
  let scale1 = -2.0 / 3.0;
  let scale2 = 1.0 / 6.0;
  return array<vec4<f32>, 6>(g0, scale1 * (even1 + odd1), scale1 * (even1 - odd1), scale2 * (even2 + odd2), scale2 * (even2 - odd2), g2);
}`;

const OUTPUT_PASS = `
fn outputPass(m0 : vec4<f32>, m1 : vec4<f32>, m2 : vec4<f32>, m3 : vec4<f32>, m4 : vec4<f32>, m5 : vec4<f32>) -> array<vec4<f32>, 4> {
  let even1 = m1 + m2;
  let odd1 = m1 - m2;
  let even2 = m3 + m4;
  let odd2 = m3 - m4;
  return array<vec4<f32>, 4>(m0 + even1 + even2, (odd1 + 2.0 * odd2) * ${R}, 0.5 * even1 + 2.0 * even2, (0.5 * odd1 + 4.0 * odd2) * ${R} + m5);
}`;

/** The passes of the sources, the taps and the products: their functions, and how many values go in and come out. */
const PASSES = {
  input: {functions: INPUT_PASS, before: SOURCES, after: SOURCES},
  filter: {functions: FILTER_PASS, before: 3, after: SOURCES},
  output: {functions: OUTPUT_PASS, before: SOURCES, after: RESULTS},
} as const;

export type Pass = keyof typeof PASSES;

/** The function of a pass, and the memory for what lies between both. */
export function passFunctions(pass: Pass): string {
  const {functions, before, after} = PASSES[pass];
  return `${functions}
var<private> rows : array<vec4<f32>, ${before * after}>;`;
}

/** Both passes, in loops, which compile in a quarter of the time that they would take written out. */
export interface Passes {
  /** Declares d0, d1, ... of line i of a tile. */
  readonly load: string;
  /** Uses done[i] for every line i of column j of what comes out. */
  readonly use: string;
}

export function bothPasses(pass: Pass, {load, use}: Passes): string {
  const {before, after} = PASSES[pass];
  const numbers = Array.from({length: before}, (_, i) => i);
  return `${turns(
    'i',
    '0',
    `${before}`,
    `${load}
    let row = ${pass}Pass(${numbers.map(n => `d${n}`).join(', ')});
    ${lines(after, j => `rows[i * ${after} + ${j}] = row[${j}];`)}`,
  )}${turns(
    'j',
    '0',
    `${after}`,
    `let done = ${pass}Pass(${numbers.map(n => `rows[${n * after} + j]`).join(', ')});
    ${use}`,
  )}`;
}

/**
 * Whether sums of squares are as large as 1e36, infinite or NaN. The transforms mix the values of a tile, so that one which is
 * not finite, or dwarfs the others, would reach results that do not read it. Bits are compared, as programs may assume that no
 * number is NaN.
 */
export const IS_LARGE = `
fn isLarge(squares : vec4<f32>) -> vec4<bool> {
  return (bitcast<vec4<u32>>(squares) & vec4<u32>(0x7fffffffu)) >= vec4<u32>(0x7b4097ceu);
}`;

/** Which results and sources a tile has, and which tiles a dispatch computes: what {@link TILE} reads. */
export const TILE_UNIFORMS = {
  planes: 'i32',
  channelBlocks: 'i32',
  tiles: 'i32',
  firstTile: 'i32',
  across: 'i32',
  tilePhases: 'vec3<i32>',
  tileDilation: 'vec3<i32>',
} as const;

/**
 * Of a thread: its plane of the batch, its tile's place in it, whose results are tileDilation apart, and its block of channels
 * of all groups.
 */
export const TILE = `
  let place = index / u.channelBlocks;
  let channelBlock = index - place * u.channelBlocks;
  let plane = place / u.tiles;
  let tile = u.firstTile + place - plane * u.tiles;
  let tileRow = tile / u.across;
  let tileColumn = tile - tileRow * u.across;
  let rowTile = tileRow / u.tilePhases.y;
  let columnTile = tileColumn / u.tilePhases.z;
  let top = tileRow - rowTile * u.tilePhases.y + ${RESULTS} * rowTile * u.tileDilation.y;
  let left = tileColumn - columnTile * u.tilePhases.z + ${RESULTS} * columnTile * u.tileDilation.z;`;
