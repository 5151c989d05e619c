import {channelValues, epilogueBindings, epilogueFunctions} from './epilogue.js';
import {lines, programsOf} from './program.js';
import type {TexelReader} from './program.js';
import {store} from './store.js';
import type {StoreKind} from './store.js';
import {tapsFunction} from './taps.js';
import {PHASE_OF_TILE, PLACES, storedAt, TILING_UNIFORMS} from './tiling.js';

/*
 * The program of the variant `gemm`: an implicit matrix product in memory that a workgroup shares. Its threads, SIDE times SIDE,
 * compute a tile together, `pixels` results by `blocks` blocks of four channels each. The terms of a sum are the blocks of source
 * channels of all taps, one after the other. At every turn the threads load some terms for all rows and columns of the tile, so
 * that each is loaded once for the whole tile; a thread loads the weights of one column. What does not exist is loaded from
 * elsewhere and replaced by zeros.
 */

export const SIDE = 8;

export interface GemmKind extends StoreKind {
  readonly source: Exclude<TexelReader, 'texture'>;
  readonly filters: Exclude<TexelReader, 'texture'>;
  readonly phased: boolean;
  readonly pixels: number;
  readonly blocks: number;
}

/**
 * Terms are numbers of four digits: the taps of the axes and the block of source channels. Those of the next turn are found by adding
 * digits, as divisions take long on GPUs.
 */
const TERMS = `
fn termOf(number : i32, counts : vec4<i32>) -> vec4<i32> {
  let kw = number / counts.w;
  let kh = kw / counts.z;
  let kd = kh / counts.y;
  return vec4<i32>(kd, kh - kd * counts.y, kw - kh * counts.z, number - kw * counts.w);
}
fn termAfter(term : vec4<i32>, added : vec4<i32>, counts : vec4<i32>) -> vec4<i32> {
  var next = term + added;
  let w = next.w >= counts.w;
  next.w -= select(0, counts.w, w);
  next.z += select(0, 1, w);
  let z = next.z >= counts.z;
  next.z -= select(0, counts.z, z);
  next.y += select(0, 1, z);
  let y = next.y >= counts.y;
  next.y -= select(0, counts.y, y);
  next.x += select(0, 1, y);
  return next;
}`;

/** Loads a thread's share of a turn: one block of source channels for some rows, and its weights for one column. */
const load = (depth: number, rows: number, columns: number): string => `
    let exists = loaded + ${depth} * turn < terms;
    let reach = term.xyz * tapStep;
    let offset = ((reach.x * sourceSize.y + reach.y) * sourceSize.z + reach.z) * perPixel + term.w;
    ${lines(
      rows / columns,
      n => `
    let ok${n} = exists & (u32(d${n} + reach.x) < u32(sourceSize.x)) & (u32(h${n} + reach.y) < u32(sourceSize.y)) &
      (u32(w${n} + reach.z) < u32(sourceSize.z));
    sourceTile[loaded * ${rows} + line + ${n * columns}] = select(vec4<f32>(), sourceAt(select(0, start${n} + offset, ok${n})), ok${n});`,
    )}
    let at = taps.kernelStart + term.xyz * kernelStep;
    let tap = (at.x * kernel.y + at.y) * kernel.z + at.z;
    let weightsAt = select(0, ((loadedColumn * tapCount + tap) * sourceBlocks + term.w) * 4, exists);
    ${lines(
      4,
      n => `
    weightTile[(4 * loaded + ${n}) * ${columns} + line] = select(vec4<f32>(), filtersAt(weightsAt + ${n}), exists);`,
    )}
    term = termAfter(term, termsOfTurn, counts);`;

export const gemmProgram = programsOf('gemm', (kind: GemmKind) => {
  const {source, filters, phased, result, pixels, blocks, epilogue} = kind;
  const [rows, columns] = [SIDE * pixels, SIDE * blocks];
  // Terms of a turn: as many as threads that load the same column.
  const depth = (SIDE * SIDE) / columns;
  return {
    bindings: {source, filters, ...epilogueBindings(epilogue), result},
    uniforms: TILING_UNIFORMS,
    counts: 'workgroups' as const,
    functions: `
var<workgroup> sourceTile : array<vec4<f32>, ${depth * rows}>;
var<workgroup> weightTile : array<vec4<f32>, ${4 * depth * columns}>;
${TERMS}${PLACES}${tapsFunction(phased)}${epilogueFunctions(epilogue)}`,
    body: `
  ${PHASE_OF_TILE}
  let firstBlock = (column - group * u.columnsPerGroup) * ${columns};
  let grid = u.grid;
  let sourceSize = u.sourceSize;
  let kernel = u.kernel;
  let kernelStep = u.kernelStep;
  let tapStep = u.tapStep;
  let sourceBlocks = u.sourceBlocks;
  let perPixel = u.groups * sourceBlocks;
  let groupStart = group * sourceBlocks;
  let tapCount = kernel.x * kernel.y * kernel.z;
  let terms = taps.count.x * taps.count.y * taps.count.z * sourceBlocks;
  let counts = vec4<i32>(max(taps.count, vec3<i32>(1)), sourceBlocks);

  // What this thread loads.
  let loaded = i32(local) % ${depth};
  let line = i32(local) / ${depth};
  let loadedColumn = group * u.blocksPerGroup + min(firstBlock + line, u.blocksPerGroup - 1);
  let termsOfTurn = termOf(${depth}, counts);
  var term = termOf(loaded, counts);
  ${lines(
    rows / columns,
    n => `
  let r${n} = placeOf(min(tile * ${rows} + line + ${n * columns}, u.results - 1), grid);
  let d${n} = r${n}.y * u.sourceStep.x + taps.sourceStart.x;
  let h${n} = r${n}.z * u.sourceStep.y + taps.sourceStart.y;
  let w${n} = r${n}.w * u.sourceStep.z + taps.sourceStart.z;
  let start${n} = (((r${n}.x * sourceSize.x + d${n}) * sourceSize.y + h${n}) * sourceSize.z + w${n}) * perPixel + groupStart;`,
  )}

  // What it computes.
  let row = i32(local) / ${SIDE};
  let block = i32(local) % ${SIDE};
  ${lines(pixels, p => lines(blocks, b => `var sum${p}_${b} = vec4<f32>();`))}
  let turns = (terms + ${depth - 1}) / ${depth};
  for (var turn = 0; turn < turns; turn++) {
    ${load(depth, rows, columns)}
    workgroupBarrier();
    for (var i = 0; i < ${depth}; i++) {
      ${lines(pixels, p => `let x${p} = sourceTile[i * ${rows} + row + ${p * SIDE}];`)}
      ${lines(
        blocks,
        b => `
      let weights${b} = 4 * i * ${columns} + block + ${b * SIDE};
      let m${b} = mat4x4<f32>(${[0, 1, 2, 3].map(n => `weightTile[weights${b} + ${n * columns}]`).join(', ')});
      ${lines(pixels, p => `sum${p}_${b} += m${b} * x${p};`)}`,
      )}
    }
    workgroupBarrier();
  }
  ${lines(
    blocks,
    b => `
  let inGroup${b} = 4 * min(firstBlock + block + ${b * SIDE}, u.blocksPerGroup - 1);
  let channel${b} = group * u.channelsPerGroup + inGroup${b};
  let left${b} = select(0, u.channelsPerGroup - inGroup${b}, firstBlock + block + ${b * SIDE} < u.blocksPerGroup);${channelValues(epilogue, `${b}`, `channel${b}`)}`,
  )}
  ${lines(
    pixels,
    p => `
  if (tile * ${rows} + row + ${p * SIDE} < u.results) {
    let rOf${p} = placeOf(tile * ${rows} + row + ${p * SIDE}, grid);
    ${storedAt(
      phased,
      `Of${p}`,
      lines(
        blocks,
        b => `let sumOf${p}_${b} = sum${p}_${b};
    if (left${b} > 0) { ${store(kind, `Of${p}`, b)} }`,
      ),
    )}
  }`,
  )}
`,
  };
});
