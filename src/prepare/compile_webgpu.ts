import {env} from '@tensorflow/tfjs-core';
import type {DataId, KernelBackend} from '@tensorflow/tfjs-core';
import type {Compiler} from './compiler.js';
import {withoutReads} from './without_reads.js';

/*
 * Pipelines of WebGPU, compiled side by side. Under the flag WEBGPU_ENGINE_COMPILE_ONLY, kernels of backend 'webgpu' ask
 * for their pipelines and compute nothing; those that are not ready are promises in the backend's cache.
 */

type Pipelines = Record<string, unknown>;

/** What a backend that can do this has beyond its type. */
interface PipelineBackend extends KernelBackend {
  pipelineCache: Pipelines;
  readonly tensorMap: {get(dataId: DataId): {readonly values: unknown} | undefined};
  checkCompileCompletionAsync(): Promise<void>;
}

const FLAG = 'WEBGPU_ENGINE_COMPILE_ONLY';

function pipelineBackend(backend: KernelBackend): PipelineBackend | undefined {
  // The registration boundary: TensorFlow.js has no type for what only some backends can.
  const it = backend as Partial<PipelineBackend>;
  return it.pipelineCache !== undefined && it.checkCompileCompletionAsync !== undefined && it.tensorMap !== undefined
    ? (it as PipelineBackend)
    : undefined;
}

/** The pipelines that `run` needs and the backend does not have. */
async function pipelinesOf(backend: PipelineBackend, run: () => Promise<void>): Promise<Pipelines> {
  const known = backend.pipelineCache;
  const wasCompileOnly = env().get(FLAG);
  // Whoever computes meanwhile does not find what is not ready.
  const found: Pipelines = Object.create(known) as Pipelines;
  backend.pipelineCache = found;
  env().set(FLAG, true);
  let running: Promise<void>;
  try {
    running = withoutReads(backend, dataId => backend.tensorMap.get(dataId)?.values != null, run);
  } finally {
    env().set(FLAG, wasCompileOnly);
    backend.pipelineCache = known;
  }
  // A model that reads what was not computed stops there; whatever else is wrong shows when it is computed.
  await running.catch(() => undefined);
  return found;
}

/** Compiles the pipelines that a model needs side by side, where the backend is of webgpu. */
export function webgpuCompiler(kernelBackend: KernelBackend): Compiler | undefined {
  const backend = pipelineBackend(kernelBackend);
  if (backend === undefined) return undefined;
  return async (run, progress) => {
    const found = Object.entries(await pipelinesOf(backend, run));
    let ready = 0;
    await Promise.all(
      found.map(async ([key, compiling]) => {
        const pipeline = await compiling;
        if (!(key in backend.pipelineCache)) backend.pipelineCache[key] = pipeline;
        progress(++ready / found.length);
      }),
    );
  };
}
