import {backend as current} from '@tensorflow/tfjs-core';
import type {KernelBackend} from '@tensorflow/tfjs-core';
import {perObject} from '../../../src/geometry/geometry_cache.js';
import {deviceOf} from './device.js';

/** The name of what draws. */
export function rendererOf(gl: WebGLRenderingContext): string {
  const names = gl.getExtension('WEBGL_debug_renderer_info');
  return gl.getParameter(names === null ? gl.RENDERER : names.UNMASKED_RENDERER_WEBGL) as string;
}

/** Renderers that draw on the CPU, of Chromium, Mesa, Windows and macOS. */
const SOFTWARE = /swiftshader|llvmpipe|softpipe|basic render|software/i;

const isSoftware = perObject((backend: KernelBackend) => SOFTWARE.test(rendererOf(deviceOf(backend).gl)));

/** Whether the current backend, which is one of WebGL, draws on the CPU. */
export const drawsOnCpu = (): boolean => isSoftware(current());
