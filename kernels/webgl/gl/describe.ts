import {env} from '@tensorflow/tfjs-core';
import type {KernelBackend} from '@tensorflow/tfjs-core';
import type {Facts} from '../../../src/registry/facts.js';
import {deviceOf, isCapable} from './device.js';
import {rendererOf} from './renderer.js';

/** Limits of the device that decide how tensors and filters are laid out in textures. */
const LIMITS = {
  maxTextureSize: 'MAX_TEXTURE_SIZE',
  maxTextureUnits: 'MAX_TEXTURE_IMAGE_UNITS',
  maxColorAttachments: 'MAX_COLOR_ATTACHMENTS',
} as const;

/** What the context of a backend is and may do. */
export function describeDevice(backend: KernelBackend): Facts {
  if (!isCapable()) return {programs: 'none, the portable kernels run: they need WebGL 2'};
  const {gl} = deviceOf(backend);
  const limits = Object.entries(LIMITS).map(([name, parameter]) => [name, gl.getParameter(gl[parameter])]);
  return {
    version: gl.getParameter(gl.VERSION),
    renderer: rendererOf(gl),
    ...Object.fromEntries(limits),
    float32: env().getBool('WEBGL_RENDER_FLOAT32_ENABLED'),
  };
}
