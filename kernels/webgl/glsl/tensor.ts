/*
 * How programs read and write tensors of TensorFlow.js. What differs is a program of its own, not a branch: the emulated
 * GPU of Chromium runs every branch of every fragment, and skips nothing but loops.
 */

/** How a program finds an element; the aligned forms find four neighbours in one or two texels of a row. */
export type TensorAccess = 'unpacked' | 'packed' | 'unpackedAligned' | 'packedAligned';

const UNPACKED = (name: string): string => `
float ${name}At(int e) { return texelOf(${name}, e + ${name}Sizes.z).r; }
`;

/** The packed texel with an element, and the place of the element in it. */
const PACKED = (name: string): string => `
int ${name}Texel(int e, out int place) {
  int row = quotient(e, ${name}Sizes.y);
  int column = e - row * ${name}Sizes.y;
  int outer = quotient(row, ${name}Sizes.x);
  row -= outer * ${name}Sizes.x;
  place = 2 * (row & 1) + (column & 1);
  return (outer * ((${name}Sizes.x + 1) >> 1) + (row >> 1)) * ((${name}Sizes.y + 1) >> 1) + (column >> 1);
}
float ${name}At(int e) {
  int place;
  vec4 texel = texelOf(${name}, ${name}Texel(e, place));
  return place == 0 ? texel.x : place == 1 ? texel.y : place == 2 ? texel.z : texel.w;
}
`;

const FOUR = (name: string): string => `
vec4 ${name}Four(int e) { return vec4(${name}At(e), ${name}At(e + 1), ${name}At(e + 2), ${name}At(e + 3)); }
`;

const ACCESSES: {readonly [A in TensorAccess]: (name: string) => string} = {
  unpacked: name => UNPACKED(name) + FOUR(name),
  packed: name => PACKED(name) + FOUR(name),
  unpackedAligned: name => `${UNPACKED(name)}
vec4 ${name}Four(int e) {
  vec2 scale = 1. / vec2(textureSize(${name}, 0));
  vec2 at = texelPlace(${name}, e + ${name}Sizes.z);
  return vec4(
      texture(${name}, at).r, texture(${name}, vec2(at.x + scale.x, at.y)).r,
      texture(${name}, vec2(at.x + 2. * scale.x, at.y)).r, texture(${name}, vec2(at.x + 3. * scale.x, at.y)).r);
}
`,
  packedAligned: name => `${PACKED(name)}
vec4 ${name}Four(int e) {
  int place;
  int index = ${name}Texel(e, place);
  vec4 left = texelOf(${name}, index), right = texelOf(${name}, index + 1);
  return place == 0 ? vec4(left.xy, right.xy) : vec4(left.zw, right.zw);
}
`,
};

/**
 * Reads a tensor (textures/tensors.ts): At() is the element of an index in row-major order, Four() those of four neighbours, which
 * need not exist.
 */
export const tensorReader = (name: string, access: TensorAccess): string => `
uniform sampler2D ${name};
uniform ivec3 ${name}Sizes;
${ACCESSES[access](name)}`;

/**
 * The main function of a program that writes a tensor, given the functions `float valueAt(int e)` and, for a packed one,
 * `vec2 valuesAt(int e)`, which is the values of two neighbours. Those beyond the tensor become 0,
 * which TensorFlow.js' packed programs rely on. `isPartial`: whether `void discardOthers(int e)` leaves some texels out.
 */
export const tensorWriter = (isPacked: boolean, isPartial = false): string =>
  isPacked
    ? `
uniform ivec2 resultSizes;
out vec4 result;
void main() {
  ivec2 halves = (resultSizes + 1) / 2;
  int texel = whichTexel();
  int q = quotient(texel, halves.y);
  int column = 2 * (texel - q * halves.y);
  int outer = quotient(q, halves.x);
  int row = 2 * (q - outer * halves.x);
  int e = (outer * resultSizes.x + row) * resultSizes.y + column;
  ${isPartial ? 'discardOthers(e);' : ''}
  bool right = column + 1 < resultSizes.y, below = row + 1 < resultSizes.x;
  result = mix(vec4(0), vec4(valuesAt(e), valuesAt(e + resultSizes.y)), bvec4(true, right, below, right && below));
}
`
    : `
out vec4 result;
void main() {
  int e = whichTexel();
  ${isPartial ? 'discardOthers(e);' : ''}
  result = vec4(valueAt(e), 0, 0, 0);
}
`;

/** Two values one after the other. */
export const EACH_VALUE = `
vec2 valuesAt(int e) { return vec2(valueAt(e), valueAt(e + 1)); }
`;
