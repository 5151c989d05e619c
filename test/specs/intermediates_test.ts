import * as tf from '@tensorflow/tfjs';
import type {BackendWasm} from '@tensorflow/tfjs-backend-wasm';
import {BACKENDS, recordRuns} from '../support/backends.js';
import {callOp} from '../support/call.js';
import {sparseCases} from '../cases/sparse.js';
import {titleOf} from '../cases/index.js';
import {forEachVariant, tensorsOf} from '../support/conformance.js';
import {parameterValues} from '../support/data.js';
import {modelOf} from '../support/model.js';
import {product} from '../support/sums.js';

/* What a kernel makes on the way to its result is not much larger than what it reads and what it makes. */

/** How many times as large as x, filters and result together. Some tensors of any size are small beside a kilobyte. */
const TIMES = 40;
const SMALL = 2 ** 12;

/** The length of the memory of TensorFlow.js' wasm backend, which its types do not show. */
function wasmBytes(): number {
  const {wasm} = tf.backend() as BackendWasm;
  return (wasm as unknown as {HEAPU8?: Uint8Array} | undefined)?.HEAPU8?.length ?? 0;
}

/** Bytes that tensors of TensorFlow.js take beyond those that there are before. */
async function peakOf(run: () => tf.Tensor | tf.Tensor[]): Promise<number> {
  const before = tf.memory().numBytes;
  const {peakBytes} = await tf.profile(() => tf.tidy(run));
  return peakBytes - before;
}

describe.each(BACKENDS)('intermediates on $name', ({name, table}) => {
  const runs = recordRuns(table);
  beforeAll(() => tf.setBackend(name));

  test.each(sparseCases.map(one => [titleOf(one), one] as const))('%s', async (_, one) => {
    const model = modelOf(one);
    const tensors = tensorsOf(model, parameterValues(one, model));
    const call = (...inputs: tf.Tensor[]) => callOp(one, model, inputs);
    const elements = tensors.reduce((sum, {size}) => sum + size, product(model.map.outputShape));
    const bound = 4 * TIMES * elements + SMALL;
    const memory = wasmBytes();
    const peaks: Array<Promise<number>> = [];
    forEachVariant(runs, titleOf(one), () => {
      peaks.push(peakOf(() => call(...tensors)));
      peaks.push(peakOf(() => tf.grads(call)(tensors)));
    });
    for (const peak of await Promise.all(peaks)) expect(peak).toBeLessThanOrEqual(bound);
    expect(wasmBytes() - memory).toBeLessThanOrEqual(Math.max(bound, 2 ** 22));
    tf.dispose(tensors);
  });
});
