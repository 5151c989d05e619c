import {env} from '@tensorflow/tfjs-core';
import type {DataId, KernelBackend} from '@tensorflow/tfjs-core';
import {pause} from './pause.js';
import type {Compiler} from './compiler.js';
import {withoutReads} from './without_reads.js';

/*
 * Programs of the GPU, compiled side by side. Under the flag ENGINE_COMPILE_ONLY, kernels of backend 'webgl' hand their
 * programs to the driver and draw nothing; who then waits lets the driver compile all of them, on as many threads as it
 * has, while the page goes on.
 */

/** A program that the driver compiles. */
interface Binary {
  readonly webGLProgram: WebGLProgram;
}

type Binaries = Record<string, Binary>;

interface TextureData {
  readonly values: unknown;
  readonly slice?: unknown;
}

/** What a backend that can do this has beyond its type. */
interface CompilingBackend extends KernelBackend {
  binaryCache: Binaries;
  readonly texData: {get(dataId: DataId): TextureData | undefined};
  readonly gpgpu: {
    readonly gl: WebGL2RenderingContext;
    readonly parallelCompilationExtension: {readonly COMPLETION_STATUS_KHR: number} | null;
    deleteProgram(program: WebGLProgram): void;
  };
  /** Throws for a program that does not compile or link. */
  checkCompileCompletion(): void;
  getUniformLocations(): void;
}

const FLAG = 'ENGINE_COMPILE_ONLY';

/** A backend of webgl that can compile programs side by side. */
function compilingBackend(backend: KernelBackend): CompilingBackend | undefined {
  // The registration boundary: TensorFlow.js has no type for what only some backends can.
  const it = backend as Partial<CompilingBackend>;
  return it.checkCompileCompletion !== undefined &&
    it.getUniformLocations !== undefined &&
    it.binaryCache !== undefined &&
    it.gpgpu !== undefined
    ? (it as CompilingBackend)
    : undefined;
}

const isComputedOn =
  ({texData}: CompilingBackend) =>
  (dataId: DataId): boolean => {
    const data = texData.get(dataId);
    return data?.values != null && data.slice == null;
  };

/** The programs that `run` needs and the backend does not have; they are handed to the driver. */
async function programsOf(backend: CompilingBackend, run: () => Promise<void>): Promise<Binaries> {
  const known = backend.binaryCache;
  const wasCompileOnly = env().get(FLAG);
  // Whoever computes while the driver compiles does not find what is not ready.
  const found: Binaries = Object.create(known) as Binaries;
  backend.binaryCache = found;
  env().set(FLAG, true);
  let running: Promise<void>;
  try {
    running = withoutReads(backend, isComputedOn(backend), run);
  } finally {
    env().set(FLAG, wasCompileOnly);
    backend.binaryCache = known;
  }
  // A model that reads what was not computed stops there; whatever else is wrong shows when it is computed.
  await running.catch(() => undefined);
  return found;
}

/** Adds programs that are ready to those of the backend. */
function addPrograms(backend: CompilingBackend, found: Binaries): void {
  const known = backend.binaryCache;
  backend.binaryCache = found;
  try {
    backend.checkCompileCompletion();
    backend.getUniformLocations();
  } finally {
    backend.binaryCache = known;
  }
  for (const [key, binary] of Object.entries(found)) {
    if (key in known) backend.gpgpu.deleteProgram(binary.webGLProgram);
    else known[key] = binary;
  }
}

/**
 * Tells without waiting whether a program that was handed to the driver is ready: the driver itself, where it can, or a
 * fence behind all of them.
 */
function readiness({gpgpu: {gl, parallelCompilationExtension}}: CompilingBackend): (program: WebGLProgram) => boolean {
  if (parallelCompilationExtension != null) {
    const {COMPLETION_STATUS_KHR: status} = parallelCompilationExtension;
    return program => gl.getProgramParameter(program, status) === true;
  }
  const fence = gl.fenceSync(gl.SYNC_GPU_COMMANDS_COMPLETE, 0);
  gl.flush();
  return () => fence === null || gl.clientWaitSync(fence, 0, 0) !== gl.TIMEOUT_EXPIRED;
}

async function compileSideBySide(
  backend: CompilingBackend,
  run: () => Promise<void>,
  progress: (part: number) => void,
): Promise<void> {
  const found = await programsOf(backend, run);
  const {gl} = backend.gpgpu;
  const isReady = readiness(backend);
  const all = Object.values(found).map(({webGLProgram}) => webGLProgram);
  let left = all;
  while (left.length > 0 && !gl.isContextLost()) {
    await pause();
    left = left.filter(program => !isReady(program));
    progress((all.length - left.length) / all.length);
  }
  if (!gl.isContextLost()) addPrograms(backend, found);
}

/** Compiles the programs that a model needs side by side, where the backend is of webgl and can. */
export function webglCompiler(backend: KernelBackend): Compiler | undefined {
  const compiling = compilingBackend(backend);
  return compiling && ((run, progress) => compileSideBySide(compiling, run, progress));
}
