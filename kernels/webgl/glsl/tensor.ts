/**
 * Reads a tensor of TensorFlow.js (tensors.ts) in any of its layouts: At() is the element of an index in row-major order,
 * Four() those of four neighbours, of which only `count` need to exist.
 */
export const tensorReader = (name: string): string => `
uniform sampler2D ${name};
uniform int ${name}Way;
uniform ivec3 ${name}Sizes;
// The packed texel with an element, and the place of the element in it.
int ${name}Packed(int e, out int place) {
  int row = quotient(e, ${name}Sizes.y);
  int column = e - row * ${name}Sizes.y;
  int outer = quotient(row, ${name}Sizes.x);
  row -= outer * ${name}Sizes.x;
  place = 2 * (row & 1) + (column & 1);
  return (outer * ((${name}Sizes.x + 1) / 2) + row / 2) * ((${name}Sizes.y + 1) / 2) + column / 2;
}
float ${name}At(int e) {
  if ((${name}Way & 1) == 0) return texelOf(${name}, e + ${name}Sizes.z).r;
  int place;
  vec4 texel = texelOf(${name}, ${name}Packed(e, place));
  return place == 0 ? texel.x : place == 1 ? texel.y : place == 2 ? texel.z : texel.w;
}
vec4 ${name}Four(int e, int count) {
  if (${name}Way == 2) {
    int width = textureSize(${name}, 0).x;
    int y = quotient(e + ${name}Sizes.z, width);
    int x = e + ${name}Sizes.z - y * width;
    return vec4(texelAt(${name}, x, y).r, texelAt(${name}, x + 1, y).r, texelAt(${name}, x + 2, y).r, texelAt(${name}, x + 3, y).r);
  }
  if (${name}Way == 3) {
    int place;
    int index = ${name}Packed(e, place);
    vec4 left = texelOf(${name}, index), right = texelOf(${name}, index + 1);
    return place == 0 ? vec4(left.xy, right.xy) : vec4(left.zw, right.zw);
  }
  return vec4(
      ${name}At(e), count > 1 ? ${name}At(e + 1) : 0., count > 2 ? ${name}At(e + 2) : 0., count > 3 ? ${name}At(e + 3) : 0.);
}
`;

/**
 * The main function of a program that writes a tensor, given the function \`float valueAt(int e)\`, or, for two neighbours
 * of the last axis at once, \`vec2 valuesAt(int e, bool both)\`.
 */
export const tensorWriter = (isPacked: boolean): string => isPacked ? `
uniform ivec2 resultSizes;
uniform int resultSize;
out vec4 result;
void main() {
  ivec2 at = ivec2(gl_FragCoord.xy);
  ivec2 halves = (resultSizes + 1) / 2;
  int texel = at.y * targetWidth + at.x;
  int q = quotient(texel, halves.y);
  int column = 2 * (texel - q * halves.y);
  int outer = quotient(q, halves.x);
  int row = 2 * (q - outer * halves.x);
  int e = (outer * resultSizes.x + row) * resultSizes.y + column;
  result = vec4(0);
  if (e >= resultSize) return;
  bool both = column + 1 < resultSizes.y;
  result.xy = valuesAt(e, both);
  if (row + 1 < resultSizes.x) result.zw = valuesAt(e + resultSizes.y, both);
}
` : `
uniform int resultSize;
out vec4 result;
void main() {
  ivec2 at = ivec2(gl_FragCoord.xy);
  int e = at.y * targetWidth + at.x;
  result = vec4(e < resultSize ? valuesAt(e, false).x : 0., 0, 0, 0);
}
`;

export const TARGET_WIDTH = 'uniform int targetWidth;';

/** Two values one after the other. */
export const EACH_VALUE = `
vec2 valuesAt(int e, bool both) { return vec2(valueAt(e), both ? valueAt(e + 1) : 0.); }
`;
