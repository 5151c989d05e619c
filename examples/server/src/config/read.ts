/** Options from defaults, a file, the environment and the command line; the later win. */
import {readFileSync} from 'node:fs';
import {parseArgs, type ParseArgsConfig} from 'node:util';
import type {TObject, TSchema} from '@sinclair/typebox';
import {Value} from '@sinclair/typebox/value';
import {messageOf} from '../protocol/error.js';
import {Config, ModelConfig, type ModelSettings} from './schema.js';

export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** TFJS_SERVER_MAX_BATCH_SIZE for maxBatchSize. */
export const variableOf = (option: string): string =>
  `TFJS_SERVER_${option.replace(/[A-Z]/g, letter => `_${letter}`).toUpperCase()}`;

/** --max-batch-size for maxBatchSize. */
export const flagOf = (option: string): string => option.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`);

type Values = Record<string, unknown>;

/** Words of the environment or the command line as values of the option's type; those that are none stay words. */
function fromWord(schema: TSchema, word: string): unknown {
  if (schema.type === 'boolean') return word === 'true' ? true : word === 'false' ? false : word;
  if (schema.type === 'string' || word.trim() === '') return word;
  return Number.isNaN(Number(word)) ? word : Number(word);
}

/** The object that a text in JSON is; `where` is the file that it is from. */
function parseValues(text: string, where: string): Values {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error('it is no object');
    return {...value};
  } catch (error) {
    throw new ConfigError(`${where}: ${messageOf(error)}`);
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new ConfigError(`${path}: ${messageOf(error)}`);
  }
}

/** Values that are as the schema says. */
function check<T extends TObject>(schema: T, values: Values, where: string) {
  const [problem] = Value.Errors(schema, values);
  if (problem) {
    const option = problem.path.slice(1).replaceAll('/', '.');
    const known = option in schema.properties || option.includes('.');
    const allowed: unknown = problem.schema.enum;
    const message = !known
      ? 'no such option'
      : Array.isArray(allowed)
        ? `expected one of ${allowed.join(', ')}`
        : problem.message.toLowerCase();
    throw new ConfigError(`${where}${option}: ${message}; got ${JSON.stringify(problem.value)}`);
  }
  return Value.Decode(schema, values);
}

export interface CommandLine {
  readonly config: Config;
  readonly help: boolean;
}

/** @throws ConfigError for an option that is unknown or not as the schema says. */
export function readConfig(args: readonly string[], env: NodeJS.ProcessEnv): CommandLine {
  const options = Object.entries(Config.properties);
  const names = [...options.map(([name]) => flagOf(name)), 'config'];
  const {values: flags} = parse(args, names);
  const file = flags.config ?? env[variableOf('config')];
  const words = options.flatMap(([name, schema]) => {
    const word = flags[flagOf(name)] ?? env[variableOf(name)];
    return typeof word === 'string' ? [[name, fromWord(schema, word)] as const] : [];
  });
  const values = {...(typeof file === 'string' && parseValues(readText(file), file)), ...Object.fromEntries(words)};
  return {config: check(Config, {...Value.Create(Config), ...values}, ''), help: flags.help === true};
}

function parse(
  args: readonly string[],
  names: readonly string[],
): {values: Readonly<Record<string, string | boolean | undefined>>} {
  try {
    const options: ParseArgsConfig['options'] = {help: {type: 'boolean', short: 'h'}};
    for (const name of names) options[name] = {type: 'string'};
    const {values} = parseArgs({args: [...args], options});
    return {
      values: Object.fromEntries(
        Object.entries(values).flatMap(([name, value]) => (Array.isArray(value) ? [] : [[name, value]])),
      ),
    };
  } catch (error) {
    throw new ConfigError(messageOf(error));
  }
}

/** The options of a model: those of its config.json, whose text is given where there is one, before the server's. */
export function modelSettings(config: Config, text: string | undefined): ModelSettings {
  if (text === undefined) return config;
  return {...config, ...check(ModelConfig, parseValues(text, 'config.json'), 'config.json: ')};
}
