/** The folder of models: MODEL/VERSION/model.json, with MODEL/config.json beside the versions where a model has options. */
import {readdir, realpath, stat} from 'node:fs/promises';
import {join} from 'node:path';
import {messageOf} from '../protocol/error.js';
import {pathWithin, readWithin} from './files.js';

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;
/** Versions are numbers, of which the highest is the latest. */
const VERSION = /^(0|[1-9]\d{0,14})$/;

const MAX_CONFIG_BYTES = 2 ** 20;

export interface VersionFolder {
  readonly version: string;
  readonly path: string;
  /** Differs as soon as a file has another size or time. */
  readonly fingerprint: string;
}

export interface ModelFolder {
  readonly name: string;
  readonly path: string;
  /** Ascending. */
  readonly versions: readonly VersionFolder[];
  /** Why it cannot be read; it has no versions then. */
  readonly problem?: string;
}

async function fingerprintOf(folder: string): Promise<string> {
  const names = (await readdir(folder)).sort();
  const facts = await Promise.all(
    names.map(async name => {
      const file = await stat(join(folder, name)).catch(messageOf);
      return typeof file === 'string' ? `${name} ${file}` : `${name} ${file.size} ${file.mtimeMs}`;
    }),
  );
  return facts.join('\n');
}

async function versionFolders(folder: string): Promise<VersionFolder[]> {
  const versions = (await readdir(folder)).filter(name => VERSION.test(name)).sort((a, b) => Number(a) - Number(b));
  return Promise.all(
    versions.map(async version => {
      const path = join(folder, version);
      return {version, path, fingerprint: await fingerprintOf(path).catch(messageOf)};
    }),
  );
}

/** The text of a model's config.json; undefined where it has none. */
export async function readModelConfig(root: string, {path}: ModelFolder): Promise<string | undefined> {
  const names = await readdir(path);
  if (!names.includes('config.json')) return undefined;
  return (await readWithin(root, path, 'config.json', MAX_CONFIG_BYTES)).toString();
}

/** Errors of pathWithin itself have no code. */
const codeOf = (error: unknown): unknown => (error instanceof Error && 'code' in error ? error.code : undefined);

async function modelFolder(root: string, name: string): Promise<ModelFolder | undefined> {
  try {
    const path = await pathWithin(root, root, name);
    if (!(await stat(path)).isDirectory()) return undefined;
    return {name, path, versions: await versionFolders(path)};
  } catch (error) {
    const code = codeOf(error);
    if (code === undefined || code === 'ENOENT') return undefined;
    return {name, path: join(root, name), versions: [], problem: messageOf(error)};
  }
}

/**
 * What is there now. Folders whose names are no names of models, or that links lead elsewhere, are left out, as are those
 * that went meanwhile.
 */
export async function scanFolder(root: string): Promise<ModelFolder[]> {
  await realpath(root).catch(() => {
    throw new Error(`there is no folder ${root}`);
  });
  const names = (await readdir(root)).filter(name => NAME.test(name)).sort();
  const folders = await Promise.all(names.map(name => modelFolder(root, name)));
  return folders.filter(folder => folder !== undefined);
}
