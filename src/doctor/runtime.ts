import type {Runtime} from './diagnosis.js';

/** What runtimes and pages have beyond the types of a page. */
interface Globals {
  readonly Deno?: {readonly version?: {readonly deno?: string}};
  readonly Bun?: {readonly version?: string};
  readonly process?: {
    readonly versions?: {readonly node?: string};
    readonly getBuiltinModule?: unknown;
  };
  readonly navigator?: {readonly userAgent?: string; readonly hardwareConcurrency?: number};
  readonly document?: unknown;
  readonly crossOriginIsolated?: boolean;
}

/** What tells runtimes apart: Deno and Bun say that they are Node, too. */
const RUNTIMES: ReadonlyArray<readonly [name: string, version: (globals: Globals) => string | undefined]> = [
  ['Deno', ({Deno}) => Deno?.version?.deno],
  ['Bun', ({Bun}) => Bun?.version],
  ['Node', ({process}) => process?.versions?.node],
  ['page', ({document, navigator}) => (document === undefined ? undefined : navigator?.userAgent)],
  ['worker', ({navigator}) => navigator?.userAgent],
];

/** What runs the program. */
export function runtimeOf(globals: Globals = globalThis): Runtime {
  const [name, version] = RUNTIMES.find(([, version]) => version(globals) !== undefined) ?? ['unknown', () => ''];
  const isPage = name === 'page' || name === 'worker';
  return {
    name,
    version: version(globals) ?? '',
    crossOriginIsolated: isPage ? globals.crossOriginIsolated === true : null,
    processors: globals.navigator?.hardwareConcurrency ?? null,
    builtinModules: isPage ? null : typeof globals.process?.getBuiltinModule === 'function',
  };
}
