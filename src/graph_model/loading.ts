import {engine, tidy} from '@tensorflow/tfjs-core';
import type {io} from '@tensorflow/tfjs-core';
import {rewriteArtifacts, warnOfFailure} from './rewrite.js';
import type {Rewriting} from './rewrite.js';

/** What of a GraphModel takes part in its loading. TensorFlow.js' types keep some of it to themselves. */
export interface Loading {
  loadSync(artifacts: io.ModelArtifacts): boolean;
  loadStreaming(artifacts: io.ModelArtifacts): Promise<boolean>;
  /** What `save` saves. */
  artifacts: io.ModelArtifacts;
}

type Methods = Pick<Loading, 'loadSync' | 'loadStreaming'>;

/** All that a stream gives. */
async function readAll(stream: ReadableStream<ArrayBuffer>): Promise<ArrayBuffer[]> {
  const reader = stream.getReader();
  const chunks: ArrayBuffer[] = [];
  for (;;) {
    const {done, value} = await reader.read();
    if (done) return chunks;
    // Whatever its type says, it holds bytes of what may be a larger buffer.
    chunks.push(ArrayBuffer.isView(value) ? copyOf(value) : value);
  }
}

const copyOf = ({buffer, byteOffset, byteLength}: ArrayBufferView): ArrayBuffer =>
  new Uint8Array(buffer, byteOffset, byteLength).slice().buffer;

/** Loads, or throws without leaving weights behind. */
function loadCleanly(load: () => boolean): boolean {
  let loaded = false;
  tidy(() => {
    loaded = load();
    // What was made is not to be freed where it has worked.
    return [...(engine().state.activeScope?.track ?? [])];
  });
  return loaded;
}

/** Loads what is rewritten, or what was given where that does not load. The model keeps what was given, to save it. */
function loadRewritten(model: Loading, {loadSync}: Methods, given: io.ModelArtifacts, how: Rewriting): boolean {
  let loaded: boolean;
  try {
    loaded = loadCleanly(() => loadSync.call(model, rewriteArtifacts(given, how)));
  } catch (error) {
    warnOfFailure(error);
    loaded = loadSync.call(model, given);
  }
  model.artifacts = given;
  return loaded;
}

/**
 * Methods that load a model as these do, but rewritten as `rewriting` says of it then; undefined is not at all.
 * Optimizing needs all weights at once, so that they are not streamed then.
 */
export function rewritingMethods(original: Methods, rewriting: (model: Loading) => Rewriting | undefined): Methods {
  return {
    loadSync(this: Loading, artifacts) {
      const how = rewriting(this);
      return how === undefined
        ? original.loadSync.call(this, artifacts)
        : loadRewritten(this, original, artifacts, how);
    },
    async loadStreaming(this: Loading, artifacts) {
      const how = rewriting(this);
      const {getWeightStream, ...rest} = artifacts;
      if (how !== 'optimize' || getWeightStream === undefined) {
        const rewritten = how === undefined ? artifacts : rewriteArtifacts(artifacts, how);
        const loaded = await original.loadStreaming.call(this, rewritten);
        this.artifacts = artifacts;
        return loaded;
      }
      const weightData = await readAll(getWeightStream());
      const loaded = loadRewritten(this, original, {...rest, weightData}, how);
      this.artifacts = artifacts;
      return loaded;
    },
  };
}
