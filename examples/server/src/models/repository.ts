/** The models of a folder, and which of them serve. */
import type {FastifyBaseLogger} from 'fastify';
import {modelSettings} from '../config/read.js';
import type {Config, ModelSettings} from '../config/schema.js';
import type {Metrics} from '../metrics/metrics.js';
import {badRequest, messageOf, notFound, quoted, unavailable} from '../protocol/error.js';
import {type ModelFolder, readModelConfig, scanFolder, type VersionFolder} from './folder.js';
import {openModel, type ServedModel} from './served.js';

export type State = 'LOADING' | 'READY' | 'UNLOADING' | 'UNAVAILABLE';

interface Entry {
  state: State;
  reason: string;
  /** What it was last loaded from, or could not be; undefined before that. */
  fingerprint: string | undefined;
  served: ServedModel | undefined;
}

/** Stands for the versions of a model whose folder cannot be read; what serves already goes on beside it. */
const UNKNOWN_VERSION = '';

const isModel = ({versions, problem}: ModelFolder): boolean => versions.length > 0 || problem !== undefined;

export interface IndexRow {
  readonly name: string;
  readonly version: string;
  readonly state: State;
  readonly reason: string;
}

export interface Repository {
  readonly index: () => Promise<IndexRow[]>;
  readonly served: () => ServedModel[];
  /** Those that should serve, or did. */
  readonly states: () => IndexRow[];
  /** @throws a ProtocolError if no such model or version serves. */
  readonly find: (name: string, version: string | undefined) => ServedModel;
  readonly load: (name: string) => Promise<void>;
  readonly unload: (name: string) => Promise<void>;
  /** Loads what is new or has changed, and unloads what is gone; what clients unloaded stays so. */
  readonly refresh: () => Promise<void>;
  readonly close: () => Promise<void>;
}

export function createRepository(config: Config, metrics: Metrics, log: FastifyBaseLogger): Repository {
  const root = config.models;
  const models = new Map<string, Map<string, Entry>>();
  const unloaded = new Set<string>();
  const retiring = new Set<Promise<void>>();
  let last: Promise<unknown> = Promise.resolve();

  /** Changes happen one after the other. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = last.then(work);
    last = turn.catch(() => undefined);
    return turn;
  }

  function retire(entry: Entry, served: ServedModel): void {
    const done = served
      .retire()
      .catch((error: unknown) => log.error({model: served.name, err: error}, 'a model did not end'))
      .finally(() => {
        retiring.delete(done);
        if (entry.state === 'UNLOADING') entry.state = 'UNAVAILABLE';
      });
    retiring.add(done);
  }

  function stop(entry: Entry, reason: string): void {
    const {served} = entry;
    Object.assign(entry, {state: served ? 'UNLOADING' : 'UNAVAILABLE', reason, served: undefined});
    if (served) retire(entry, served);
  }

  /** The version that served before does so until this one can. */
  async function start(model: ModelFolder, folder: VersionFolder, entry: Entry): Promise<void> {
    const {name} = model;
    const {version, fingerprint} = folder;
    const started = performance.now();
    const before = entry.served;
    if (!before) entry.state = 'LOADING';
    entry.fingerprint = fingerprint;
    try {
      const served = await openModel(root, name, folder, await settingsOf(model), metrics);
      Object.assign(entry, {state: 'READY', reason: served.warning ?? '', served});
      if (before) retire(entry, before);
      const ms = Math.round(performance.now() - started);
      log.info({model: name, version, ms, batches: served.spec.batches}, 'model is ready');
      if (served.warning) log.warn({model: name, version}, served.warning);
    } catch (error) {
      const reason = messageOf(error);
      Object.assign(entry, {state: before ? 'READY' : 'UNAVAILABLE', reason});
      log.error({model: name, version, reason}, 'model does not load');
    }
  }

  function blame(model: string, entries: Map<string, Entry>, reason: string): void {
    if (entries.get(UNKNOWN_VERSION)?.reason !== reason)
      log.error({model, reason}, 'the folder of a model cannot be read');
    entries.set(UNKNOWN_VERSION, {state: 'UNAVAILABLE', reason, fingerprint: undefined, served: undefined});
  }

  /** Makes the wanted versions of a model serve, and no others. */
  async function apply(folder: ModelFolder, isForced: boolean): Promise<void> {
    const entries = models.get(folder.name) ?? new Map<string, Entry>();
    models.set(folder.name, entries);
    if (folder.problem !== undefined) return blame(folder.name, entries, folder.problem);
    entries.delete(UNKNOWN_VERSION);
    // A config.json that is wrong is told when the model is loaded.
    const all = (await settingsOf(folder).catch(() => config)).versions === 'all';
    const wanted = all ? folder.versions : folder.versions.slice(-1);
    for (const version of wanted) {
      const entry: Entry = entries.get(version.version) ?? {
        state: 'LOADING',
        reason: '',
        fingerprint: undefined,
        served: undefined,
      };
      entries.set(version.version, entry);
      if (isForced || entry.fingerprint !== version.fingerprint) await start(folder, version, entry);
    }
    // The new ones serve before the old ones end: where none of them can, as while a folder is being copied, those go on.
    if (wanted.every(({version}) => entries.get(version)?.served === undefined)) return;
    for (const [version, entry] of entries) {
      if (wanted.some(other => other.version === version)) continue;
      stop(entry, 'not among the versions to be served');
      entries.delete(version);
    }
  }

  const settingsOf = async (folder: ModelFolder): Promise<ModelSettings> =>
    modelSettings(config, await readModelConfig(root, folder));

  const states = (): IndexRow[] =>
    [...models].flatMap(([name, entries]) =>
      [...entries].map(([version, {state, reason}]) => ({name, version, state, reason})),
    );

  async function load(name: string): Promise<void> {
    const folder = (await scanFolder(root)).find(model => model.name === name);
    if (!folder || !isModel(folder)) throw notFound(`there is no model ${quoted(name)} in the folder`);
    unloaded.delete(name);
    await apply(folder, true);
    const failed = [...(models.get(name)?.values() ?? [])].find(
      ({state, reason}) => state !== 'READY' || reason !== '',
    );
    if (failed && failed.served?.warning !== failed.reason)
      throw badRequest(`model '${name}' does not load: ${failed.reason}`);
  }

  async function unload(name: string): Promise<void> {
    const entries = models.get(name);
    if (!entries) throw notFound(`there is no model ${quoted(name)}`);
    unloaded.add(name);
    for (const entry of entries.values()) stop(entry, 'unloaded');
    models.delete(name);
  }

  async function refresh(): Promise<void> {
    const folders = await scanFolder(root);
    for (const folder of folders) {
      if (!unloaded.has(folder.name) && isModel(folder)) await apply(folder, false);
    }
    for (const [name, entries] of models) {
      if (folders.some(folder => folder.name === name && isModel(folder))) continue;
      for (const entry of entries.values()) stop(entry, 'its folder is gone');
      models.delete(name);
    }
  }

  function find(name: string, version: string | undefined): ServedModel {
    const entries = models.get(name);
    if (!entries) throw notFound(`there is no model ${quoted(name)}`);
    const found = version === undefined ? latest(entries) : entries.get(version)?.served;
    if (found) return found;
    const known = version === undefined ? [...entries.values()][0] : entries.get(version);
    if (!known) throw notFound(`model ${quoted(name)} has no version ${quoted(version)}`);
    throw unavailable(`model ${quoted(name)} is not ready: ${known.state.toLowerCase()} ${known.reason}`.trim());
  }

  function latest(entries: ReadonlyMap<string, Entry>): ServedModel | undefined {
    let best: ServedModel | undefined;
    for (const {served} of entries.values()) {
      if (served && (best === undefined || Number(served.version) > Number(best.version))) best = served;
    }
    return best;
  }

  /** Also what is in the folder and does not serve. */
  async function index(): Promise<IndexRow[]> {
    const rows = states();
    const folders = await scanFolder(root);
    const others = folders.flatMap(({name, versions}) =>
      versions
        .filter(({version}) => !rows.some(row => row.name === name && row.version === version))
        .map(({version}): IndexRow => ({
          name,
          version,
          state: 'UNAVAILABLE',
          reason: unloaded.has(name) ? 'unloaded' : 'not loaded',
        })),
    );
    return [...rows, ...others];
  }

  async function close(): Promise<void> {
    await last;
    for (const entries of models.values()) for (const entry of entries.values()) stop(entry, 'the server ends');
    await Promise.all(retiring);
  }

  return {
    index,
    states,
    find,
    served: () =>
      [...models.values()].flatMap(entries => [...entries.values()].flatMap(({served}) => (served ? [served] : []))),
    load: name => inTurn(() => load(name)),
    unload: name => inTurn(() => unload(name)),
    refresh: () => inTurn(refresh),
    close,
  };
}
