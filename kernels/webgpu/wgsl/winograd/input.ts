import {lines, programsOf} from '../program.js';
import {bothPasses, passFunctions, POSITIONS, SOURCES, TILE, TILE_UNIFORMS} from './transform.js';

/*
 * Transforms tiles of a source to texels [plane, tile, position, block of all groups]. One more tile of zeros follows, which
 * stands for planes that do not exist.
 */

const UNIFORM_TYPES = {
  ...TILE_UNIFORMS,
  sourceSize: 'vec3<i32>',
  start: 'vec3<i32>',
  zeroAt: 'i32',
} as const;

export const winogradInputProgram = programsOf('winograd_input', () => ({
  bindings: {source: 'texture' as const, transformed: 'writeTexture' as const},
  uniforms: UNIFORM_TYPES,
  functions: passFunctions('input'),
  body: `${TILE}
  let exists = plane < u.planes;
  let size = u.sourceSize;
  let zeroAt = u.zeroAt;
  let blocks = u.channelBlocks;
  let to = place * ${POSITIONS} * blocks + channelBlock;
  ${bothPasses('input', {
    load: `let h = top + u.start.y + i * u.tileDilation.y;
    let line = (plane * size.y + h) * size.z;
    let isLine = exists & (u32(h) < u32(size.y));
    ${lines(
      SOURCES,
      n => `let w${n} = left + u.start.z + ${n} * u.tileDilation.z;
    let d${n} = sourceAt(select(zeroAt, (line + w${n}) * blocks + channelBlock, isLine & (u32(w${n}) < u32(size.z))));`,
    )}`,
    use: lines(SOURCES, n => `transformedSet(to + (${n * SOURCES} + j) * blocks, done[${n}]);`),
  })}
`,
}));
