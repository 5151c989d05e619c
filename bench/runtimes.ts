import {spawnSync} from 'node:child_process';
import {createRequire} from 'node:module';
import {join} from 'node:path';

/** A Node that everything is measured under. */
export interface Runtime {
  readonly key: string;
  readonly title: string;
  readonly node: string;
  readonly flags: readonly string[];
}

const RELAXED_SIMD = '--experimental-wasm-relaxed-simd';

const hasRelaxedSimd = (version: string): boolean => Number(version.split('.')[0]) >= 22;

const versionOf = (node: string): string =>
  spawnSync(node, ['--print', 'process.versions.node'], {encoding: 'utf8'}).stdout.trim();

/** The newer Node among the dependencies of the bench, on the platforms that it comes for. */
function newerNode(root: string): string | null {
  const require = createRequire(join(root, 'bench', 'package.json'));
  try {
    return require.resolve(`node-${process.platform}-${process.arch}/bin/node`);
  } catch {
    return null;
  }
}

/** This Node, where it needs a flag for relaxed SIMD with that too, and a newer one that has it by itself. */
export function runtimesOf(root: string): Runtime[] {
  const {
    execPath: node,
    versions: {node: version},
  } = process;
  const plain = {key: 'plain', title: `Node ${version}`, node, flags: []};
  if (hasRelaxedSimd(version)) return [plain];
  const relaxed = {key: 'relaxed', title: `Node ${version}, relaxed SIMD`, node, flags: [RELAXED_SIMD]};
  const newer = newerNode(root);
  if (newer === null) {
    console.warn(
      `LEFT OUT: Node 22, which bench/package.json has for ${process.platform}-${process.arch} no package of`,
    );
    return [plain, relaxed];
  }
  return [plain, relaxed, {key: 'newer', title: `Node ${versionOf(newer)}`, node: newer, flags: []}];
}
