import type {Diagnosis} from './diagnosis.js';

const list = (entries: object): string =>
  Object.entries(entries)
    .map(([name, value]) => `${name} ${value === '' ? "''" : value}`)
    .join(', ');

/**
 * A diagnosis as text, for a person or a bug report: a line for each thing, and what is wrong or missing at the end.
 *
 * @param diagnosis What `doctor` has returned.
 * @returns Lines, without a last line feed.
 * @example
 * ```ts
 * const text = formatDiagnosis(await doctor());
 * console.log(text.includes('\nbackend cpu')); // true
 * ```
 */
export function formatDiagnosis(diagnosis: Diagnosis): string {
  const {version, tensorflow, runtime, webAssembly, backends, flags, findings} = diagnosis;
  const {name, version: runtimeVersion, ...rest} = runtime;
  const known = Object.entries(rest).filter(([, value]) => value !== null);
  return [
    `tfjs-conv ${version}`,
    `TensorFlow.js: ${list(tensorflow)}`,
    `runtime: ${[`${name} ${runtimeVersion}`, ...known.map(([key, value]) => `${key} ${value}`)].join(', ')}`,
    `WebAssembly: ${list(webAssembly)}`,
    ...backends.map(backend => {
      const {name, current, error, kernels, facts, check} = backend;
      const state = error === '' ? `${kernels} kernels, result ${check}` : `not set up: ${error}`;
      const found = list(facts);
      return `backend ${name}${current ? ' (current)' : ''}: ${state}${found && `, ${found}`}`;
    }),
    `flags: ${list(flags)}`,
    findings.length === 0 ? 'nothing is wrong or missing' : 'found:',
    ...findings.map(finding => `  - ${finding}`),
  ].join('\n');
}
