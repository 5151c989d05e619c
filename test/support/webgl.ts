import * as tf from '@tensorflow/tfjs';
import {deviceOf} from '../../kernels/webgl/gl/device.js';
import {BACKENDS, recordRuns} from './backends.js';

/* What the tests of the WebGL kernels look at. */

const [{table}] = BACKENDS;
const runs = recordRuns(table);

/** Names of the variants that ran. */
export function variantsOf(run: () => void): string[] {
  const first = runs.length;
  run();
  return [...new Set(runs.slice(first).map(({variant}) => variant))];
}

/** Draws of a call. */
export function drawsOf(call: () => void): number {
  const {gl} = deviceOf(tf.backend());
  const {drawArrays, drawElements} = gl;
  let draws = 0;
  const counted =
    <A extends unknown[]>(f: (...args: A) => void) =>
    (...args: A) => {
      draws++;
      f.apply(gl, args);
    };
  Object.assign(gl, {drawArrays: counted(drawArrays), drawElements: counted(drawElements)});
  try {
    call();
  } finally {
    Object.assign(gl, {drawArrays, drawElements});
  }
  return draws;
}
