/** The folder of models: MODEL/VERSION/model.json, with MODEL/config.json beside the versions where a model has options. */
import {readdir, realpath, stat} from 'node:fs/promises';
import {join} from 'node:path';
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
}

async function fingerprintOf(folder: string): Promise<string> {
  const names = (await readdir(folder)).sort();
  const facts = await Promise.all(
    names.map(async name => {
      const {size, mtimeMs} = await stat(join(folder, name));
      return `${name} ${size} ${mtimeMs}`;
    }),
  );
  return facts.join('\n');
}

async function versionFolders(folder: string): Promise<VersionFolder[]> {
  const versions = (await readdir(folder)).filter(name => VERSION.test(name)).sort((a, b) => Number(a) - Number(b));
  return Promise.all(
    versions.map(async version => {
      const path = join(folder, version);
      return {version, path, fingerprint: await fingerprintOf(path).catch(() => '')};
    }),
  );
}

/** The text of a model's config.json; undefined where it has none. */
export async function readModelConfig(root: string, {path}: ModelFolder): Promise<string | undefined> {
  const names = await readdir(path);
  if (!names.includes('config.json')) return undefined;
  return (await readWithin(root, path, 'config.json', MAX_CONFIG_BYTES)).toString();
}

const isGone = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT';

/**
 * What is there now. Folders whose names are no names of models, or that links lead elsewhere, are left out, as are those
 * that went meanwhile.
 */
export async function scanFolder(root: string): Promise<ModelFolder[]> {
  await realpath(root).catch(() => {
    throw new Error(`there is no folder ${root}`);
  });
  const names = (await readdir(root)).filter(name => NAME.test(name)).sort();
  const folders = names.map(async (name): Promise<ModelFolder[]> => {
    try {
      const path = await pathWithin(root, root, name).catch(() => undefined);
      if (path === undefined || !(await stat(path)).isDirectory()) return [];
      return [{name, path, versions: await versionFolders(path)}];
    } catch (error) {
      if (isGone(error)) return [];
      throw error;
    }
  });
  return (await Promise.all(folders)).flat();
}
