import type {MathBackendWebGL} from '@tensorflow/tfjs-backend-webgl';
import {backend as current, env} from '@tensorflow/tfjs-core';
import type {KernelBackend} from '@tensorflow/tfjs-core';
import {createFilterCache} from '../../../src/registry/filter_cache.js';
import type {FilterCache} from '../../../src/registry/filter_cache.js';
import {texelsOf} from '../plan/texture_layout.js';
import type {TextureLayout} from '../plan/texture_layout.js';
import {acquireTexture, releaseTexture} from './texture_pool.js';
import type {PooledTexture} from './texture_pool.js';

type GPGPUContext = ReturnType<MathBackendWebGL['getGPGPUContext']>;

/** A program, with what it has asked the context for so far. */
export interface Program {
  readonly program: ReturnType<GPGPUContext['createProgram']>;
  readonly shader: WebGLShader;
  /** Its vertices; undefined until the program is known to have compiled. */
  vertices: WebGLVertexArrayObject | undefined;
  readonly locations: Map<string, WebGLUniformLocation | null>;
}

/** A backend of TensorFlow.js on WebGL 2, and what the kernels keep on its context. */
export interface Device {
  readonly backend: MathBackendWebGL;
  readonly gpgpu: GPGPUContext;
  readonly gl: WebGL2RenderingContext;
  /** The framebuffers of draws to several textures at once, by how many these are. */
  readonly framebuffers: Map<number, WebGLFramebuffer | null>;
  /** The vertices of every draw. */
  readonly triangle: WebGLBuffer | null;
  /** By their source. */
  readonly programs: Map<string, Program>;
  /** Filters as the programs read them, by their tensors' data. */
  readonly filters: FilterCache<TextureLayout, PooledTexture>;
}

/** Whether the programs run: they are written for WebGL 2. Asked at every call, as the flags may change. */
export const isCapable = (): boolean => env().getNumber('WEBGL_VERSION') === 2;

/** Bytes of textures up to which filters are kept. */
const FILTER_BYTES = 256 * 1024 * 1024;

function filtersOf(backend: MathBackendWebGL): Device['filters'] {
  // Four numbers a texel.
  const texelBytes = env().getBool('WEBGL_RENDER_FLOAT32_ENABLED') ? 16 : 8;
  return createFilterCache(
    {
      malloc: layout => acquireTexture({backend}, layout),
      free: pooled => releaseTexture({backend}, pooled),
      bytesOf: layout => texelsOf(layout) * texelBytes,
    },
    {limit: FILTER_BYTES, isAlive: dataId => backend.texData.has(dataId)},
  );
}

/** A triangle that reaches beyond what is drawn, which is its part in [-1, 1]. */
function createTriangle(gl: WebGL2RenderingContext): WebGLBuffer | null {
  const buffer = gl.createBuffer();
  gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
  gl.bufferData(gl.ARRAY_BUFFER, Float32Array.of(-1, -1, 3, -1, -1, 3), gl.STATIC_DRAW);
  return buffer;
}

const devices = new WeakMap<KernelBackend, Device>();

/**
 * What belongs to the backend that kernels of 'webgl' are called with, made at its first call. Every call asks for it
 * once, when it begins: filters that it uses then stay until the next call.
 */
export function deviceOf(kernelBackend: KernelBackend): Device {
  const known = devices.get(kernelBackend);
  if (known !== undefined) {
    known.filters.startCall();
    return known;
  }
  // The registration boundary: kernels of 'webgl' get its backend, whose context is of version 2 where isCapable.
  const backend = kernelBackend as MathBackendWebGL;
  const gpgpu = backend.getGPGPUContext();
  const gl = gpgpu.gl as WebGL2RenderingContext;
  const device: Device = {
    backend,
    gpgpu,
    gl,
    framebuffers: new Map(),
    triangle: createTriangle(gl),
    programs: new Map(),
    filters: filtersOf(backend),
  };
  devices.set(kernelBackend, device);
  return device;
}

/** How many programs were compiled for a backend. */
export const programCount = (backend: KernelBackend): number => devices.get(backend)?.programs.size ?? 0;

/**
 * Bytes of a backend's textures that hold filters as the kernels read them; those of disposed tensors are released to
 * TensorFlow.js first, which reuses textures, or deletes them from WEBGL_DELETE_TEXTURE_THRESHOLD bytes on. Default: the
 * current backend.
 */
export const packedFilterBytes = (of: KernelBackend = current()): number => devices.get(of)?.filters.bytes() ?? 0;
