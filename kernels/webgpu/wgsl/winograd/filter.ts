import {WEIGHT_UNIFORMS} from '../filter.js';
import {COMPONENTS, lines, programsOf} from '../program.js';
import {bothPasses, IS_LARGE, passFunctions, SOURCES} from './transform.js';

/*
 * Transforms the 3 x 3 taps of every plane of a filter to what ../filter.ts would pack of a filter with so many times the groups
 * as a tile has positions. Taps so large that the transforms would mix them become NaN, by which their tiles are found.
 */

/** Which tap of a plane is first, and how far apart the others are. */
const UNIFORM_TYPES = {
  ...WEIGHT_UNIFORMS,
  groups: 'i32',
  planes: 'i32',
  firstTap: 'i32',
  nextTap: 'i32',
} as const;

export const winogradFilterProgram = programsOf('winograd_filter', () => ({
  bindings: {weights: 'values' as const, packed: 'writeTexture' as const},
  uniforms: UNIFORM_TYPES,
  functions: `${passFunctions('filter')}${IS_LARGE}
fn tapAt(first : i32, exists : vec4<bool>) -> vec4<f32> {
  var texel = vec4<f32>();
  ${lines(4, i => `texel.${COMPONENTS[i]} = select(0.0, weights[select(0, first + ${i} * u.resultStep, exists.${COMPONENTS[i]})], exists.${COMPONENTS[i]});`)}
  return texel;
}`,
  body: `
  let q = index / u.sourceLength;
  let s = index - q * u.sourceLength;
  let blockNumber = q / u.planes;
  let plane = q - blockNumber * u.planes;
  let group = blockNumber / u.blocks;
  let r = 4 * (blockNumber - group * u.blocks);
  let exists = (vec4<i32>(r) + vec4<i32>(0, 1, 2, 3) < vec4<i32>(u.resultPerGroup)) & vec4<bool>(s < u.sourcePerGroup);
  let first = (plane * 9 + u.firstTap) * u.tapStep + group * u.groupStep + s * u.sourceStep + r * u.resultStep;
  let next = u.nextTap * u.tapStep;
  let step = u.groups * u.blocks * u.planes * u.sourceLength;
  var squares = vec4<f32>();
  ${bothPasses('filter', {
    load: lines(
      3,
      n => `let d${n} = tapAt(first + (3 * i + ${n}) * next, exists);
    squares += d${n} * d${n};`,
    ),
    use: `let spoilt = bitcast<vec4<f32>>(select(vec4<u32>(), vec4<u32>(0x7fc00000u), isLarge(squares)));
    ${lines(SOURCES, n => `packedSet(index + (${n * SOURCES} + j) * step, done[${n}] + spoilt);`)}`,
  })}
`,
}));
