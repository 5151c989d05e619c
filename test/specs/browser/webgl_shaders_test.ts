import * as tf from '@tensorflow/tfjs';
import {deviceOf} from '../../../kernels/webgl/gl/device.js';
import {WEBGL_SOURCES} from '../../support/webgl_sources.js';

/* The sources of ../webgl_shaders_test.ts are programs. A page runs it; Node has no WebGL. */

beforeAll(() => tf.setBackend('webgl'));

describe('the source of a program compiles', () => {
  test.each(Object.entries(WEBGL_SOURCES))('%s', (_, source) => {
    const {gl, gpgpu} = deviceOf(tf.backend());
    const shader = gl.createShader(gl.FRAGMENT_SHADER);
    if (shader === null) throw new Error('no shader');
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    expect(gl.getShaderInfoLog(shader)).toBe('');
    expect(gl.getShaderParameter(shader, gl.COMPILE_STATUS)).toBe(true);
    const program = gpgpu.createProgram(shader);
    expect(gl.getProgramParameter(program, gl.LINK_STATUS)).toBe(true);
    gl.deleteProgram(program);
    gl.deleteShader(shader);
  });
});
