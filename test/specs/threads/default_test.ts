import {threadsOfProcess} from '../../../kernels/wasm_core/runtime/node.js';

/*
 * How many threads a process takes that says nothing.
 */

const [fs, os, cluster, threads] = [
  process.getBuiltinModule('node:fs'),
  process.getBuiltinModule('node:os'),
  process.getBuiltinModule('node:cluster'),
  process.getBuiltinModule('node:worker_threads'),
];
const TWINS = '/sys/devices/system/cpu/smt/active';
const V2 = '0::/\n';
const V1 = '5:cpu,cpuacct:/a/b\n1:name=systemd:/a/b\n';

interface Machine {
  readonly processors: number;
  /** Files by their paths. */
  readonly files?: Readonly<Record<string, string>>;
  readonly isCluster?: boolean;
  readonly isMainThread?: boolean;
}

const MACHINES: ReadonlyArray<readonly [string, Machine, number]> = [
  ['one a core', {processors: 3}, 3],
  ['at most four', {processors: 64}, 4],
  ['one on one processor', {processors: 1}, 1],
  ['one a core of two processors', {processors: 4, files: {[TWINS]: '1\n'}}, 2],
  ['one on one core of two processors', {processors: 2, files: {[TWINS]: '1\n'}}, 1],
  ['whole processors of three', {processors: 5, files: {[TWINS]: '1\n'}}, 2],
  [
    'no more than a container may use',
    {processors: 8, files: {'/proc/self/cgroup': V2, '/sys/fs/cgroup/cpu.max': '200000 100000\n'}},
    2,
  ],
  [
    'at least one in a small container',
    {processors: 8, files: {'/proc/self/cgroup': V2, '/sys/fs/cgroup/cpu.max': '50000 100000\n'}},
    1,
  ],
  [
    'all in a container without limit',
    {processors: 4, files: {'/proc/self/cgroup': V2, '/sys/fs/cgroup/cpu.max': 'max 100000\n'}},
    4,
  ],
  [
    'no more than a group around may use',
    {
      processors: 8,
      files: {
        '/proc/self/cgroup': '0::/a/b\n',
        '/sys/fs/cgroup/a/b/cpu.max': 'max 100000',
        '/sys/fs/cgroup/a/cpu.max': '300000 100000',
      },
    },
    3,
  ],
  [
    'no more than a group of the first version may use',
    {
      processors: 8,
      files: {
        '/proc/self/cgroup': V1,
        '/sys/fs/cgroup/cpu/a/cpu.cfs_quota_us': '200000',
        '/sys/fs/cgroup/cpu/a/cpu.cfs_period_us': '100000',
        '/sys/fs/cgroup/cpu/a/b/cpu.cfs_quota_us': '-1',
        '/sys/fs/cgroup/cpu/a/b/cpu.cfs_period_us': '100000',
      },
    },
    2,
  ],
  ['one in a worker of a cluster', {processors: 4, isCluster: true}, 1],
  ['one in a worker thread', {processors: 4, isMainThread: false}, 1],
];

const {send} = process;

afterEach(() => {
  jest.restoreAllMocks();
  process.send = send;
});

test.each(MACHINES)('%s', (_, {processors, files = {}, isCluster = false, isMainThread = true}, expected) => {
  jest.spyOn(os, 'availableParallelism').mockReturnValue(processors);
  jest.spyOn(fs, 'readFileSync').mockImplementation(path => {
    const text = {[TWINS]: '0\n', ...files}[String(path)];
    if (text === undefined) throw new Error(`there is no ${String(path)}`);
    return text;
  });
  jest.replaceProperty(cluster as unknown as {isWorker: boolean}, 'isWorker', isCluster);
  process.send = isCluster ? () => true : undefined;
  jest.replaceProperty(threads, 'isMainThread', isMainThread);
  expect(threadsOfProcess()).toBe(expected);
});
