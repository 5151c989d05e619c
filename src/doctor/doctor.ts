import {engine, env, getGradient, ready, Tensor, version_core} from '@tensorflow/tfjs-core';
import type {Facts} from '../registry/facts.js';
import {diagnoseBackends, messageOf} from './backends.js';
import type {BackendDiagnosis, Diagnosis} from './diagnosis.js';
import {findingsOf} from './findings.js';
import {runtimeOf} from './runtime.js';
import {VERSION} from './version.js';
import {webAssemblySupport} from './web_assembly.js';

/** Options of `doctor`. */
export interface DoctorOptions {
  /**
   * The TensorFlow.js that the program has: `import * as tf from '@tensorflow/tfjs'`. Then its versions are compared, and
   * whether this package has the same copy of it.
   */
  readonly tf?: object;
}

/** What the parts of TensorFlow.js say of themselves. */
interface Namespace {
  readonly version?: Readonly<Record<string, string>>;
  readonly version_core?: string;
  readonly Tensor?: unknown;
}

/** The versions, by names of packages without '@tensorflow/'; those of what they stand on, such as Node, left out. */
function versionsOf({version, version_core: core}: Namespace): Diagnosis['tensorflow'] {
  const all = {'tfjs-core': version_core, ...(core && {'tfjs-core of the program': core}), ...version};
  const ours = Object.entries(all).filter(([name, text]) => name.startsWith('tfjs') && text !== undefined);
  // The same twice says nothing.
  return Object.fromEntries(
    ours.filter(([name, text]) => name !== 'tfjs-core of the program' || text !== version_core),
  );
}

const OURS = 'TFJS_CONV_';

/** Flags of this package, whether asked for or not, and those of TensorFlow.js that have been asked for. */
function flagsOf(): Facts {
  // The types hide the registry. Without it, the flags that have been asked for are there.
  const {flagRegistry = {}} = env() as unknown as {readonly flagRegistry?: object};
  const ours = Object.keys(flagRegistry).filter(name => name.startsWith(OURS));
  const get = (name: string): readonly [string, Facts[string]] => {
    try {
      // A flag whose value takes time is of TensorFlow.js.
      return [name, env().get(name) as Facts[string]];
    } catch (error) {
      return [name, messageOf(error)];
    }
  };
  const asked = Object.entries(env().getFlags()).filter(([, value]) => typeof value !== 'object');
  return Object.fromEntries([...asked, ...ours.map(get)]) as Facts;
}

/** What the program's TensorFlow.js and this package's tell of each other. */
function copies({Tensor: theirs}: Namespace): string[] {
  return theirs === undefined || theirs === Tensor
    ? []
    : [
        'this package and the program have two copies of @tensorflow/tfjs-core: let both have one (npm ls ' +
          '@tensorflow/tfjs-core; in a bundle import only ES modules or only CommonJS)',
      ];
}

const gradients = (): string[] =>
  getGradient('Identity') == null
    ? [
        "gradients are not registered: for training import '@tensorflow/tfjs', or " +
          "'@tensorflow/tfjs-core/dist/register_all_gradients'",
      ]
    : [];

/** What a part gives; where it throws, its message, and what stands for it. */
async function attempt<T>(part: () => T | Promise<T>, otherwise: T, errors: string[]): Promise<T> {
  try {
    return await part();
  } catch (error) {
    errors.push(`the doctor itself failed: ${messageOf(error)}`);
    return otherwise;
  }
}

/**
 * Finds out what a program has of this package and of TensorFlow.js: versions, the runtime, which WebAssembly there is,
 * every registered backend with its kernels and what they have found (the WebAssembly binary, threads, limits of the
 * device), flags, and what is wrong or missing for more. Bug reports begin with it. From a shell:
 * `npx tfjs-conv doctor`.
 *
 * Every registered backend is set up and computes one small convolution, which is compared with a plain loop; then the
 * backend that was the current one is set again. Call it when nothing else computes.
 *
 * @param options The program's TensorFlow.js, whose versions are compared then.
 * @returns What it has found. It never rejects: what fails is among the findings.
 * @example
 * ```ts
 * const {backends} = await doctor({tf});
 * const cpu = backends.find(({name}) => name === 'cpu');
 * console.log(cpu?.kernels, cpu?.check); // own right
 * ```
 */
export async function doctor({tf = {}}: DoctorOptions = {}): Promise<Diagnosis> {
  const errors: string[] = [];
  // What TensorFlow.js chooses where the program has not chosen; where nothing is registered, it has nothing to choose.
  const start = async (): Promise<void> => (engine().backendNames().length > 0 ? ready() : undefined);
  await attempt(start, undefined, errors);
  const backends = await attempt<BackendDiagnosis[]>(diagnoseBackends, [], errors);
  const found = {
    version: VERSION,
    tensorflow: versionsOf(tf),
    runtime: runtimeOf(),
    webAssembly: webAssemblySupport(),
    backends,
    flags: await attempt<Facts>(flagsOf, {}, errors),
  };
  return {...found, findings: [...errors, ...copies(tf), ...findingsOf(found), ...gradients()]};
}
