import {programsOf} from './program.js';

/*
 * The explicit matrix: its element in row (output position, out channel) and column (input position, in channel) is the
 * weight of the tap by which the one reads the other, or 0.
 */

const UNIFORM_TYPES = {
  columns: 'i32',
  inChannels: 'i32',
  outChannels: 'i32',
  inPerGroup: 'i32',
  outPerGroup: 'i32',
  sourceSize: 'vec3<i32>',
  grid: 'vec3<i32>',
  kernel: 'vec3<i32>',
  stride: 'vec3<i32>',
  dilation: 'vec3<i32>',
  padBefore: 'vec3<i32>',
} as const;

export const matrixProgram = programsOf('matrix', () => ({
  bindings: {weights: 'values' as const, result: 'writeValues' as const},
  uniforms: UNIFORM_TYPES,
  functions: `
fn place(index : i32, size : vec3<i32>) -> vec3<i32> {
  let line = index / size.z;
  let plane = line / size.y;
  return vec3<i32>(plane, line - plane * size.y, index - line * size.z);
}`,
  body: `
  let row = index / u.columns;
  let column = index - row * u.columns;
  let output = row / u.outChannels;
  let c = row - output * u.outChannels;
  let input = column / u.inChannels;
  let i = column - input * u.inChannels;
  let reach = place(input, u.sourceSize) + u.padBefore - place(output, u.grid) * u.stride;
  let tap = reach / u.dilation;
  let group = c / u.outPerGroup;
  let exists = all(reach >= vec3<i32>()) & all(tap * u.dilation == reach) & all(tap < u.kernel) & (i / u.inPerGroup == group);
  let at = (((tap.x * u.kernel.y + tap.y) * u.kernel.z + tap.z) * u.inPerGroup + i - group * u.inPerGroup) * u.outChannels + c;
  result[index] = select(0.0, weights[select(0, at, exists)], exists);
`,
}));
