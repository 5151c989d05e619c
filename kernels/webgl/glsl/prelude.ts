import type {TextureLayout} from '../plan/texture_layout.js';

/*
 * GLSL that every program begins with. texture() instead of texelFetch(): the emulated GPU of Chromium takes 0.6 of the
 * time for it, others the same.
 */

/** Quotients without the integer division that GPUs lack. Exact for 0 <= i < 2^30: the first guess is off by at most 2^9. */
const quotientOf = (type: string, round: string) => `
${type} quotient(${type} i, int n) {
  float inverse = 1. / float(n);
  ${type} q = ${type}(${round}(i) * inverse);
  q += ${type}(floor(${round}(i - q * n) * inverse));
  ${type} remainder = i - q * n;
  return q + ${type}(${type === 'int' ? 'remainder >= n' : 'greaterThanEqual(remainder, ivec4(n))'})
           - ${type}(${type === 'int' ? 'remainder < 0' : 'lessThan(remainder, ivec4(0))'});
}`;

export const PRELUDE = `#version 300 es
precision highp float;
precision highp int;
precision highp sampler2D;
${quotientOf('int', 'float')}
${quotientOf('ivec4', 'vec4')}
// The same where the quotient is below 2^20, as the row of a texture is.
int rowOf(int i, int n) {
  int q = int((float(i) + .5) / float(n));
  int remainder = i - q * n;
  return q + int(remainder >= n) - int(remainder < 0);
}
ivec4 rowOf(ivec4 i, int n) {
  ivec4 q = ivec4((vec4(i) + .5) / float(n));
  ivec4 remainder = i - q * n;
  return q + ivec4(greaterThanEqual(remainder, ivec4(n))) - ivec4(lessThan(remainder, ivec4(0)));
}
// Where texel number \`index\` of a texture is, counted in rows, as coordinates for texture().
vec2 texelPlace(sampler2D t, int index) {
  ivec2 size = textureSize(t, 0);
  int y = rowOf(index, size.x);
  return (vec2(index - y * size.x, y) + .5) / vec2(size);
}
// How far neighbours in a row are apart.
float texelWidth(sampler2D t) { return 1. / float(textureSize(t, 0).x); }
vec4 texelOf(sampler2D t, int index) { return texture(t, texelPlace(t, index)); }
`;

/**
 * Reads a texture called `name` that is laid out in runs (plan/texture_layout.ts): Place() is where the first texel of run
 * number i is, as coordinates for texture(), of which neighbours are (texelWidth(), 0) apart; Places() those of four runs.
 * Run() is Place() of a number below 2^20 in a float. RunStep() leads from a run to the next, in the row or, where that has one, in
 * the next row.
 */
export const textureReader = (name: string): string => `
uniform sampler2D ${name};
uniform ivec2 ${name}Layout;
vec2 ${name}Place(int run) {
  int row = rowOf(run, ${name}Layout.y);
  return (vec2((run - row * ${name}Layout.y) * ${name}Layout.x, row) + .5) / vec2(textureSize(${name}, 0));
}
void ${name}Places(ivec4 run, out vec4 x, out vec4 y) {
  ivec4 row = rowOf(run, ${name}Layout.y);
  vec2 scale = 1. / vec2(textureSize(${name}, 0));
  x = (vec4((run - row * ${name}Layout.y) * ${name}Layout.x) + .5) * scale.x;
  y = (vec4(row) + .5) * scale.y;
}
vec2 ${name}Run(float run) {
  float row = floor((run + .5) / float(${name}Layout.y));
  return (vec2((run - row * float(${name}Layout.y)) * float(${name}Layout.x), row) + .5) / vec2(textureSize(${name}, 0));
}
vec2 ${name}RunStep() {
  vec2 scale = 1. / vec2(textureSize(${name}, 0));
  return ${name}Layout.y == 1 ? vec2(0, scale.y) : vec2(float(${name}Layout.x) * scale.x, 0);
}
`;

/** The uniforms of textureReader(). */
export const layoutUniforms = (name: string, {length, perRow}: TextureLayout) => ({
  [`${name}Layout`]: [length, perRow],
});

/** `make`, called once for each list of arguments: a source is long, and the key of its program. */
export function cachedSource<A extends readonly unknown[]>(make: (...args: A) => string): (...args: A) => string {
  const sources = new Map<string, string>();
  return (...args) => {
    const key = JSON.stringify(args);
    const known = sources.get(key);
    if (known !== undefined) return known;
    const source = make(...args);
    sources.set(key, source);
    return source;
  };
}

/** Which texel a fragment is, counted in rows. Rows of laid-out textures are full, so that this counts through the runs. */
export const WHICH_TEXEL = `
uniform int targetWidth;
int whichTexel() { return int(gl_FragCoord.y) * targetWidth + int(gl_FragCoord.x); }
`;

/** Several outputs, called target0, target1, ... */
export const targets = (count: number): string =>
  Array.from({length: count}, (_, i) => `layout(location = ${i}) out vec4 target${i};`).join('\n');

/** One line per target or pixel of a tile. */
export const lines = (count: number, line: (i: number, component: 'x' | 'y' | 'z' | 'w') => string): string =>
  (['x', 'y', 'z', 'w'] as const)
    .slice(0, count)
    .map((component, i) => line(i, component))
    .join('\n');

/**
 * Runs `body` with the constant `name` = 0 ... count - 1, or, where the count is not given, in a loop up to `bound`. Loops
 * of few turns cost the emulated GPU of Chromium more than what is in them.
 */
export const times = (count: number | undefined, name: string, bound: string, body: string): string =>
  count === undefined
    ? `for (int ${name} = 0; ${name} < ${bound}; ${name}++) {${body}}`
    : Array.from({length: count}, (_, n) => `{ const int ${name} = ${n};${body}}`).join('\n');
