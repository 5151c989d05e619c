import * as tf from '@tensorflow/tfjs';
import 'tfjs-conv/accelerate';
import {BAD_ATTRIBUTES, BAD_BUILTIN_CALLS} from '../cases/bad_builtin_calls.js';
import {BACKENDS} from '../support/backends.js';
import {counts} from '../support/memory.js';
import {heapBalance} from '../support/wasm_heap.js';

const CALLS = [BAD_ATTRIBUTES, ...Object.values(BAD_BUILTIN_CALLS)].flatMap(calls => Object.entries(calls));

/** Calls, and gives the error that was thrown. Frees what the call was given. */
function thrownBy(call: (typeof CALLS)[number][1]): unknown {
  const made: tf.Tensor[] = [];
  const keep = (tensor: tf.Tensor): tf.Tensor => {
    made.push(tensor);
    return tensor;
  };
  try {
    const result = call({
      ones: (...shape) => keep(tf.ones(shape)),
      typed: (dtype, ...shape) =>
        dtype === 'string'
          ? keep(tf.tensor(new Array(tf.util.sizeFromShape(shape)).fill('a'), shape))
          : keep(
              dtype === 'complex64' ? tf.complex(keep(tf.ones(shape)), keep(tf.ones(shape))) : tf.ones(shape, dtype),
            ),
      disposed: (...shape) => {
        const tensor = tf.ones(shape);
        tensor.dispose();
        return tensor;
      },
    });
    tf.dispose(result as tf.Tensor);
    return undefined;
  } catch (error) {
    return error;
  } finally {
    tf.dispose(made);
  }
}

describe.each(BACKENDS)('stand-ins on $name reject, and leak nothing:', ({name}) => {
  beforeAll(async () => {
    await tf.setBackend(name);
  });

  // Some backends have no complex tensors, and those of GPUs do not free all of them.
  const complexes = tf.getKernel('Complex', name) != null && !name.startsWith('webg');
  it.each(CALLS.filter(([message]) => complexes || !message.includes('complex64')))('%s', (message, call) => {
    thrownBy(call);
    const before = {...counts(), heap: heapBalance()};
    expect(thrownBy(call)).toEqual(new Error(message));
    expect({...counts(), heap: heapBalance()}).toEqual(before);
  });
});
