/*
 * What Node has beyond browsers. Its modules come without an import, which bundlers would follow, from 20.16 and 22.3 on.
 */

/** What is used of a worker of Node's. */
export interface NodeWorker {
  on(event: 'error', listener: () => void): void;
  unref(): void;
  terminate(): unknown;
}

/** What is used of Node's modules. */
interface NodeModules {
  'node:worker_threads': {
    readonly Worker: new (source: string, options: object) => NodeWorker;
    readonly isMainThread: boolean;
  };
  'node:cluster': {readonly isWorker: boolean};
  'node:fs': {readFileSync(path: string, encoding: 'utf8'): string};
  'node:os': {availableParallelism(): number};
}

interface NodeProcess {
  readonly platform: string;
  readonly arch: string;
  readonly versions: {readonly node?: string; readonly bun?: string; readonly deno?: string};
  /** There where another process has started this one and sends it messages. */
  readonly send?: unknown;
  getBuiltinModule?<Id extends keyof NodeModules>(id: Id): NodeModules[Id] | undefined;
}

/** The process where this is Node itself; other engines have parts of it, under the same names. */
function nodeProcess(): NodeProcess | undefined {
  // The types of the library are those of a page.
  const {process} = globalThis as {process?: NodeProcess};
  const versions = process?.versions;
  return versions?.node === undefined || versions.bun !== undefined || versions.deno !== undefined
    ? undefined
    : process;
}

/** A module of Node's; undefined elsewhere, and in a Node that does not give it this way. */
export const nodeModule = <Id extends keyof NodeModules>(id: Id): NodeModules[Id] | undefined =>
  nodeProcess()?.getBuiltinModule?.(id);

/** A file; '' where it cannot be read. */
function readFile(path: string): string {
  try {
    return nodeModule('node:fs')?.readFileSync(path, 'utf8') ?? '';
  } catch {
    return '';
  }
}

/** The processors of a quota: so many microseconds of each period. Infinity where there is none. */
function quotient(quota: string, period: string): number {
  const processors = Number(quota) / Number(period);
  return processors > 0 ? processors : Infinity;
}

/** The folder of a control group, and those that it is in. */
function withParents(group: string): string[] {
  const names = group.split('/').filter(name => name !== '');
  return ['', ...names.map((_, n) => `/${names.slice(0, n + 1).join('/')}`)];
}

/**
 * How many processors the control groups of this process may use, which is how containers are limited: cpu.max of
 * https://docs.kernel.org/admin-guide/cgroup-v2.html, and cpu.cfs_quota_us of
 * https://docs.kernel.org/scheduler/sched-bwc.html before. Newer Nodes count it in os.availableParallelism().
 */
function groupProcessors(): number {
  let least = Infinity;
  for (const line of readFile('/proc/self/cgroup').split('\n')) {
    const [id, controllers, group] = line.split(':');
    if (group === undefined) continue;
    for (const folder of withParents(group)) {
      if (id === '0') {
        const [quota, period] = readFile(`/sys/fs/cgroup${folder}/cpu.max`).split(' ');
        least = Math.min(least, quotient(quota, period));
      } else if (controllers.split(',').includes('cpu')) {
        const path = `/sys/fs/cgroup/cpu${folder}/cpu.cfs_`;
        least = Math.min(least, quotient(readFile(`${path}quota_us`), readFile(`${path}period_us`)));
      }
    }
  }
  return least;
}

/** Whether two processors are the two threads of a core, which share the units that multiply. */
function hasTwinProcessors({platform, arch}: NodeProcess): boolean {
  const active = readFile('/sys/devices/system/cpu/smt/active').trim();
  // Only Linux tells.
  return active === '' ? platform !== 'linux' && arch === 'x64' : active === '1';
}

/** Whether this is a worker of a cluster. Its module takes milliseconds to load, and all such workers are sent messages. */
const isClusterWorker = ({send}: NodeProcess): boolean =>
  send !== undefined && nodeModule('node:cluster')?.isWorker === true;

/** Beyond so many threads a process is not alone on its machine, as a rule. */
const MOST = 4;

/**
 * Threads to compute on where nobody says how many, the calling one included: one a core, at most 4, and one in a worker
 * thread and in a worker of a cluster, which are there for the other cores.
 */
export function threadsOfProcess(): number {
  const process = nodeProcess();
  const os = nodeModule('node:os');
  if (process === undefined || os === undefined || isClusterWorker(process)) return 1;
  if (nodeModule('node:worker_threads')?.isMainThread !== true) return 1;
  const processors = Math.min(os.availableParallelism(), Math.floor(groupProcessors()));
  return Math.max(1, Math.min(MOST, hasTwinProcessors(process) ? Math.floor(processors / 2) : processors));
}
