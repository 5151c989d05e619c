import {env} from '@tensorflow/tfjs-core';
import {KERNEL_RULES, kernelError} from '../../../src/errors.js';
import type {Device, Program} from './device.js';
import type {Texture} from './texture_pool.js';
import {timed} from './timer.js';

/** One draw: every fragment of the targets runs the program once. */
export interface Draw {
  /** The whole fragment shader, which is also the program's key: what changes from call to call is a uniform. */
  readonly source: string;
  readonly textures: Readonly<Record<string, WebGLTexture>>;
  /** int, ivec2, ivec3 or ivec4, by the length. */
  readonly ints: Readonly<Record<string, number | readonly number[]>>;
  readonly floats?: Readonly<Record<string, number>>;
}

const contextLost = () => kernelError(KERNEL_RULES.context, {isContextLost: true});

/**
 * The vertices of a program: a triangle of which the targets are a part. Two triangles that make up the targets share
 * their diagonal, where fragments that are computed by fours are computed for both. They are not those of the program
 * itself, which TensorFlow.js sets to its own where it looks after what was compiled only.
 */
function verticesOf({gl, gpgpu, triangle}: Device, program: Program['program']): WebGLVertexArrayObject {
  const vertices = gl.createVertexArray();
  const position = gl.getAttribLocation(program, 'clipSpacePos');
  gpgpu.bindVertexArray(vertices);
  gl.bindBuffer(gl.ARRAY_BUFFER, triangle);
  gl.enableVertexAttribArray(position);
  gl.vertexAttribPointer(position, 2, gl.FLOAT, false, 0, 0);
  return vertices;
}

/** @throws for a shader that did not compile, after it has waited until it is known. */
function checkShader({gl}: Device, shader: WebGLShader): void {
  if (!gl.getShaderParameter(shader, gl.COMPILE_STATUS) && !gl.isContextLost()) {
    throw kernelError(KERNEL_RULES.program, {log: gl.getShaderInfoLog(shader)});
  }
}

/** Whether programs are compiled only, so that the driver may compile all that a model needs side by side. */
const isCompileOnly = (): boolean => env().getBool('ENGINE_COMPILE_ONLY');

function compile(device: Device, source: string): Program {
  const {gl, gpgpu} = device;
  const shader = gl.createShader(gl.FRAGMENT_SHADER);
  if (shader === null) throw contextLost();
  gl.shaderSource(shader, source);
  gl.compileShader(shader);
  if (!isCompileOnly()) checkShader(device, shader);
  return {program: gpgpu.createProgram(shader), shader, vertices: undefined, locations: new Map()};
}

/** Makes a program one of those that TensorFlow.js waits for in checkCompileCompletionAsync(). */
function announce({backend}: Device, source: string, {program, shader}: Program): void {
  // The registration boundary: its cache of programs is no part of its types.
  const {binaryCache} = backend as unknown as {readonly binaryCache: Record<string, unknown>};
  binaryCache[`tfjs-conv ${source}`] = {
    webGLProgram: program,
    fragmentShader: shader,
    source,
    program: {variableNames: []},
  };
}

function programOf(device: Device, source: string): Program {
  const known = device.programs.get(source);
  if (known !== undefined) return known;
  const compiled = compile(device, source);
  device.programs.set(source, compiled);
  if (isCompileOnly()) announce(device, source, compiled);
  return compiled;
}

/** What has to be done before the first draw, when the driver has compiled a program. */
function finish(device: Device, one: Program): WebGLVertexArrayObject {
  const {gl} = device;
  checkShader(device, one.shader);
  if (gl.getProgramParameter(one.program, gl.LINK_STATUS) === false) {
    throw kernelError(KERNEL_RULES.program, {log: gl.getProgramInfoLog(one.program)});
  }
  one.vertices = verticesOf(device, one.program);
  return one.vertices;
}

/** The location of a uniform; null if the compiler found it unused. */
function locationOf({gl}: Device, {program, locations}: Program, name: string): WebGLUniformLocation | null {
  const known = locations.get(name);
  if (known !== undefined) return known;
  const location = gl.getUniformLocation(program, name);
  locations.set(name, location);
  return location;
}

function setInts({gl}: Device, location: WebGLUniformLocation | null, value: number | readonly number[]): void {
  if (location === null) return;
  if (typeof value === 'number') return gl.uniform1i(location, value);
  const [x, y, z, w] = value;
  if (value.length === 2) gl.uniform2i(location, x, y);
  else if (value.length === 3) gl.uniform3i(location, x, y, z);
  else gl.uniform4i(location, x, y, z, w);
}

function setUniforms(device: Device, program: Program, {textures, ints, floats = {}}: Draw): void {
  const {gl} = device;
  Object.entries(textures).forEach(([name, texture], unit) => {
    gl.activeTexture(gl.TEXTURE0 + unit);
    gl.bindTexture(gl.TEXTURE_2D, texture);
    gl.uniform1i(locationOf(device, program, name), unit);
  });
  for (const [name, value] of Object.entries(ints)) setInts(device, locationOf(device, program, name), value);
  for (const [name, value] of Object.entries(floats)) gl.uniform1f(locationOf(device, program, name), value);
}

/** Attaches textures, or null for none, to the framebuffer that is bound. */
const attach = (gl: WebGL2RenderingContext, textures: ReadonlyArray<WebGLTexture | null>): void =>
  textures.forEach((texture, i) =>
    gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0 + i, gl.TEXTURE_2D, texture, 0),
  );

/** Binds the framebuffer of draws to so many targets. */
function bindFramebuffer({gl, framebuffers}: Device, count: number): void {
  const known = framebuffers.get(count);
  if (known !== undefined) return gl.bindFramebuffer(gl.FRAMEBUFFER, known);
  const framebuffer = gl.createFramebuffer();
  framebuffers.set(count, framebuffer);
  gl.bindFramebuffer(gl.FRAMEBUFFER, framebuffer);
  gl.drawBuffers(Array.from({length: count}, (_, i) => gl.COLOR_ATTACHMENT0 + i));
}

/** Makes textures the targets of the next draw: a single one in the framebuffer of TensorFlow.js' own draws. */
function setTargets(device: Device, targets: readonly Texture[]): void {
  const {gl, gpgpu} = device;
  const [{texture, width, height}] = targets;
  if (targets.length === 1) return gpgpu.setOutputPackedMatrixTexture(texture, 2 * height, 2 * width);
  bindFramebuffer(device, targets.length);
  attach(
    gl,
    targets.map(target => target.texture),
  );
  gl.viewport(0, 0, width, height);
  gl.scissor(0, 0, width, height);
}

/**
 * Copies the attached targets into a texture: side by side as far as it is wide, of the last one what fits, in one row after
 * the other.
 */
function collect({gl}: Device, targets: readonly Texture[], whole: Texture): void {
  gl.bindTexture(gl.TEXTURE_2D, whole.texture);
  targets.forEach(({width, height}, i) => {
    const row = Math.floor((i * width) / whole.width);
    const from = i * width - row * whole.width;
    gl.readBuffer(gl.COLOR_ATTACHMENT0 + i);
    gl.copyTexSubImage2D(gl.TEXTURE_2D, 0, from, row * height, 0, 0, Math.min(width, whole.width - from), height);
  });
}

/**
 * Runs a program over its targets: one texture, or several of one size that it writes at once. `whole`: a texture that
 * several are copied into, side by side or one below the other.
 * @throws if the context is lost, as whatever is drawn and read then is wrong.
 */
export function draw(device: Device, drawn: Draw, targets: readonly Texture[], whole?: Texture): void {
  const {gl, gpgpu} = device;
  if (gl.isContextLost()) throw contextLost();
  const program = programOf(device, drawn.source);
  if (isCompileOnly()) return;
  const vertices = program.vertices ?? finish(device, program);
  timed(device, () => {
    setTargets(device, targets);
    gpgpu.setProgram(program.program);
    gpgpu.bindVertexArray(vertices);
    setUniforms(device, program, drawn);
    gl.drawArrays(gl.TRIANGLES, 0, 3);
    if (whole !== undefined) collect(device, targets, whole);
    // A texture that stays attached would stay alive.
    if (targets.length > 1)
      attach(
        gl,
        targets.map(() => null),
      );
    if (whole !== undefined) setTargets(device, [whole]);
  });
}
