/** The folder of models: MODEL/VERSION/model.json, with MODEL/config.json beside the versions where a model has options. */
import {readdir, realpath, stat} from 'node:fs/promises';
import {join} from 'node:path';
import {pathWithin} from './files.js';

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;
/** Versions are numbers, of which the highest is the latest. */
const VERSION = /^(0|[1-9]\d{0,14})$/;

export interface VersionFolder {
  readonly version: string;
  readonly path: string;
  /** Differs as soon as a file has another size or time. */
  readonly fingerprint: string;
}

export interface ModelFolder {
  readonly name: string;
  /** Ascending. */
  readonly versions: readonly VersionFolder[];
  readonly configPath: string | undefined;
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

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

/** What is there now. Folders whose names are no names of models, or that links lead elsewhere, are left out. */
export async function scanFolder(root: string): Promise<ModelFolder[]> {
  await realpath(root).catch(() => {
    throw new Error(`there is no folder ${root}`);
  });
  const names = (await readdir(root)).filter(name => NAME.test(name)).sort();
  const folders = names.map(async (name): Promise<ModelFolder[]> => {
    const folder = await pathWithin(root, root, name).catch(() => undefined);
    if (folder === undefined || !(await stat(folder)).isDirectory()) return [];
    const config = join(folder, 'config.json');
    const configPath = (await exists(config)) ? await pathWithin(root, folder, 'config.json') : undefined;
    return [{name, versions: await versionFolders(folder), configPath}];
  });
  return (await Promise.all(folders)).flat();
}
