/*
 * A program is one WGSL source, which is also its key: what changes from call to call is a uniform, so that images of
 * changing size share their programs: one for few products (../tiles.ts), one for more.
 */

/** What a program binds, by how it reads or writes it. */
export type BindingKind =
  | 'values'
  | 'integers'
  | 'texels'
  | 'halfTexels'
  | 'texture'
  | 'writeValues'
  | 'writeTexels'
  | 'writeHalfTexels'
  | 'writeTexture';

/** What texels are read from and written to. */
export type TexelReader = Extract<BindingKind, 'texels' | 'halfTexels' | 'texture'>;
export type TexelWriter = Extract<BindingKind, 'writeTexels' | 'writeHalfTexels' | 'writeTexture'>;

export type UniformType = 'i32' | 'f32' | 'vec3<i32>';

export type UniformTypes = Readonly<Record<string, UniformType>>;

/** Values of uniforms, by their names. */
export type UniformValues<U extends UniformTypes> = {
  readonly [N in keyof U]: U[N] extends 'vec3<i32>' ? readonly number[] : number;
};

/**
 * What a program consists of. Each of `count` threads (a uniform of every program) runs `body` with its own `index`; or each of
 * `count` workgroups, all of whose threads have its `index` and a number `local` in it.
 */
export interface ProgramText<U extends UniformTypes> {
  readonly bindings: Readonly<Record<string, BindingKind>>;
  readonly uniforms: U;
  readonly functions?: string;
  readonly body: string;
  /** What is counted. Default: threads. */
  readonly counts?: Counted;
}

export type Counted = 'threads' | 'workgroups';

export interface Program<U extends UniformTypes = UniformTypes> {
  readonly name: string;
  readonly source: string;
  readonly bindings: readonly BindingKind[];
  readonly uniforms: U;
  readonly counts: Counted;
}

/** Threads of a workgroup. */
export const WORKGROUP = 64;

/**
 * Texels of four numbers are in a buffer, or in a texture of so many columns, row after row. A software GPU loads a texel
 * of a texture at once, and one of a buffer by four loads for each of its lanes.
 */
export const COLUMN_BITS = 12;
export const COLUMNS = 1 << COLUMN_BITS;

/** Whether every run of so many texels, of which a texture has nothing else, is in one row. */
export const isInRows = (length: number): boolean => COLUMNS % length === 0;

/** A texel in a buffer, by how it is stored there and what makes four numbers of it. */
const readTexels = (name: string, type: string, load: (i: string) => string): string => `
var<storage, read> ${name} : array<${type}>;
fn ${name}At(i : i32) -> vec4<f32> { ${load('i')} }
fn ${name}Run(i : i32) -> i32 { return i; }
fn ${name}Along(i : i32) -> i32 { return i; }
fn ${name}In(run : i32, along : i32) -> vec4<f32> { return ${name}At(run + along); }`;

/**
 * The bits of the nearest float16, ties to even, by integers: what devices make of numbers that float16 does not hold is
 * their own affair. Beyond 65504, numbers become infinite; below 2^-14, they are multiples of 2^-24.
 */
const HALVES = `
fn halvesOf(value : vec4<f32>) -> vec4<u32> {
  let bits = bitcast<vec4<u32>>(value);
  let size = bits & vec4<u32>(0x7fffffffu);
  let normal = (size + ((size >> vec4<u32>(13u)) & vec4<u32>(1u)) - vec4<u32>(0x38000000u - 0xfffu)) >> vec4<u32>(13u);
  let small = vec4<u32>(round(abs(value) * 16777216.0));
  let number = select(min(normal, vec4<u32>(0x7c00u)), small, size < vec4<u32>(0x38800000u));
  let half = select(number, vec4<u32>(0x7e00u), size > vec4<u32>(0x7f800000u));
  return half | ((bits >> vec4<u32>(16u)) & vec4<u32>(0x8000u));
}`;

/**
 * What a program reads has a function At, by the number of a texel, and functions Run and In, by the first texel of a run that
 * is in one row, and how far from it: a sum of what Along gives and of {@link alongOf}.
 */
const DECLARATIONS: {readonly [K in BindingKind]: (name: string) => string} = {
  values: name => `var<storage, read> ${name} : array<f32>;`,
  integers: name => `var<storage, read> ${name} : array<i32>;`,
  texels: name => readTexels(name, 'vec4<f32>', i => `return ${name}[${i}];`),
  halfTexels: name =>
    readTexels(
      name,
      'vec2<u32>',
      i => `let halves = ${name}[${i}]; return vec4<f32>(unpack2x16float(halves.x), unpack2x16float(halves.y));`,
    ),
  texture: name => `var ${name} : texture_2d<f32>;
var<private> ${name}Scale : vec2<f32>;
fn ${name}Run(i : i32) -> vec2<f32> {
  return (vec2<f32>(vec2<i32>(i & ${COLUMNS - 1}, i >> ${COLUMN_BITS}u)) + 0.5) * ${name}Scale;
}
fn ${name}Along(i : i32) -> f32 { return f32(i) * (1.0 / ${COLUMNS}.0); }
fn ${name}In(run : vec2<f32>, along : f32) -> vec4<f32> {
  return textureSampleLevel(${name}, nearest, vec2<f32>(run.x + along, run.y), 0.0);
}
fn ${name}At(i : i32) -> vec4<f32> { return ${name}In(${name}Run(i), 0); }`,
  writeValues: name => `var<storage, read_write> ${name} : array<f32>;`,
  writeTexels: name => `var<storage, read_write> ${name} : array<vec4<f32>>;
fn ${name}Set(i : i32, value : vec4<f32>) { ${name}[i] = value; }`,
  writeHalfTexels: name => `var<storage, read_write> ${name} : array<vec2<u32>>;
${HALVES}
fn ${name}Set(i : i32, value : vec4<f32>) {
  let halves = halvesOf(value);
  ${name}[i] = halves.xz | (halves.yw << vec2<u32>(16u));
}`,
  writeTexture: name => `var ${name} : texture_storage_2d<rgba32float, write>;
fn ${name}Set(i : i32, value : vec4<f32>) { textureStore(${name}, vec2<i32>(i & ${COLUMNS - 1}, i >> ${COLUMN_BITS}u), value); }`,
};

/** What the function Along of a reader gives for a number that is known. */
export const alongOf = (reader: TexelReader, i: number): string => `${reader === 'texture' ? i / COLUMNS : i}`;

/** Where the sampler and the uniforms are bound: after everything else that a program may have. */
export const [SAMPLER, UNIFORMS] = [8, 9];

/** What a thread does once for a binding, before it runs the body of its program. */
const startOf = (name: string, kind: BindingKind): string =>
  kind === 'texture' ? `${name}Scale = vec2<f32>(1.0 / ${COLUMNS}.0, 1.0 / f32(textureDimensions(${name}).y));` : '';

/** The number of a thread, or of its workgroup. */
const NUMBERS: {readonly [C in Counted]: string} = {
  threads: `ofWorkgroup * ${WORKGROUP}u + local`,
  workgroups: 'ofWorkgroup',
};

const sourceOf = <U extends UniformTypes>({
  bindings,
  uniforms,
  functions = '',
  body,
  counts = 'threads',
}: ProgramText<U>): string => `
struct Uniforms { count : i32, ${Object.entries(uniforms)
  .map(([name, type]) => `${name} : ${type}`)
  .join(', ')} }
@group(0) @binding(${UNIFORMS}) var<uniform> u : Uniforms;
${Object.values(bindings).includes('texture') ? `@group(0) @binding(${SAMPLER}) var nearest : sampler;` : ''}
${Object.entries(bindings)
  .map(([name, kind], i) => `@group(0) @binding(${i}) ${DECLARATIONS[kind](name)}`)
  .join('\n')}
${functions}
@compute @workgroup_size(${WORKGROUP})
fn main(@builtin(workgroup_id) workgroup : vec3<u32>, @builtin(num_workgroups) workgroups : vec3<u32>,
    @builtin(local_invocation_index) local : u32) {
  let ofWorkgroup = workgroup.y * workgroups.x + workgroup.x;
  let counted = ${NUMBERS[counts]};
  if (counted >= u32(u.count)) { return; }
  let index = i32(counted);
  ${Object.entries(bindings)
    .map(([name, kind]) => startOf(name, kind))
    .join('')}
  ${body}
}
`;

/** The programs of a kind: each is written once. */
export function programsOf<K, U extends UniformTypes>(
  name: string,
  write: (kind: K) => ProgramText<U>,
): (kind: K) => Program<U> {
  const known = new Map<string, Program<U>>();
  return kind => {
    const key = JSON.stringify(kind) ?? '';
    const found = known.get(key);
    if (found !== undefined) return found;
    const text = write(kind);
    const {bindings, uniforms, counts = 'threads'} = text;
    const program = {name, source: sourceOf(text), bindings: Object.values(bindings), uniforms, counts};
    known.set(key, program);
    return program;
  };
}

/**
 * A loop that tests at its end, and so runs once at least. A software GPU computes what is in a loop in all turns in which the
 * test is made, the last one included, so that one that tests first costs a turn more.
 */
export const turns = (i: string, first: string, end: string, body: string): string => `{
  var ${i} = ${first};
  loop {
    ${body}
    continuing { ${i}++; break if ${i} >= ${end}; }
  }
}`;

/** Numbered lines. */
export const lines = (count: number, line: (i: number) => string): string =>
  Array.from({length: count}, (_, i) => line(i)).join('\n');

/** The components of a vector. */
export const COMPONENTS = ['x', 'y', 'z', 'w'] as const;
