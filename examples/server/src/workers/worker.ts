/** What runs in each thread of a pool: one copy of one model. */
import {threadId} from 'node:worker_threads';
import * as tf from '@tensorflow/tfjs-core';
import {move, transferableSymbol, valueSymbol, workerData} from 'piscina';
import {messageOf} from '../protocol/error.js';
import {transferable} from '../protocol/rows.js';
import type {Tensor} from '../protocol/tensor.js';
import {setUpBackend} from './backend.js';
import {describeModel, type Described} from './describe.js';
import type {Result, Task, WorkerSetup} from './messages.js';
import {importLoaders} from './loaders.js';
import {loadModel, type LoadedModel} from './model.js';

interface Opened {
  readonly model: LoadedModel;
  readonly described: Described;
}

async function open({files, backend, accelerate, warmUp, maxOutputBytes}: WorkerSetup): Promise<Opened> {
  await setUpBackend(backend, accelerate);
  const model = await loadModel(files, await importLoaders(accelerate), maxOutputBytes);
  return {model, described: await describeModel(model, warmUp)};
}

// The pool hands nothing to a thread before this module is there, so that a replaced worker gets work once it can do it.
// What goes wrong is told when it is asked: a thread that ends while it starts would only be started again.
const opened = await open(workerData as WorkerSetup).catch((error: unknown) => messageOf(error));

async function run({model}: Opened, inputs: readonly Tensor[]): Promise<Result> {
  const started = performance.now();
  const before = tf.memory().numTensors;
  try {
    const outputs = await model.run(inputs);
    const {numTensors: tensors, numBytes: bytes} = tf.memory();
    return {kind: 'ran', outputs, computeMs: performance.now() - started, memory: {tensors, bytes}};
  } catch (error) {
    // After these the backend's memory is in an unknown state or full: another thread goes on in place of this one.
    const isSpoilt = error instanceof WebAssembly.RuntimeError || tf.memory().numTensors > before;
    if (isSpoilt) process.exit(1);
    return {kind: 'failed', message: messageOf(error)};
  }
}

/** Moves the outputs to the main thread instead of copying them. */
function moved(result: Result): unknown {
  if (result.kind !== 'ran') return result;
  return move({
    get [transferableSymbol]() {
      return transferable(result.outputs);
    },
    get [valueSymbol]() {
      return result;
    },
  });
}

export default async function work(task: Task): Promise<unknown> {
  if (typeof opened === 'string') return {kind: 'failed', message: opened} satisfies Result;
  switch (task.kind) {
    case 'describe':
      return {kind: 'described', ...opened.described, threadId} satisfies Result;
    case 'run':
      return moved(await run(opened, task.inputs));
  }
}
