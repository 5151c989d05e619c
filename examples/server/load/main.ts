/**
 * Compares servers under load: npm run example:server:load, of which these are the options, after --:
 * --model digits|basic_pitch --only 'part of a title' --seconds 8 --rounds 1 --connections 64 --out FOLDER
 */
import {cp, mkdir, writeFile} from 'node:fs/promises';
import {cpus} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {parseArgs} from 'node:util';
import {readDigits, SIZE} from '../example/digits.js';
import {prepareModels} from '../example/models.js';
import {messageOf} from '../src/protocol/error.js';
import {type Figures, type Input, type Load, measure, type Request} from './measure.js';
import {plot, table} from './report.js';
import {SETUPS} from './setups.js';

const FOLDER = fileURLToPath(new URL('../../', import.meta.url));

function integer(option: string, value: string, most: number): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 1 || number > most)
    throw new Error(`--${option} is an integer from 1 to ${most}; got ${value}`);
  return number;
}

/** The models of the example, and from how many connections each is asked: those of a second's work wait for each other. */
const CONNECTIONS = {digits: 64, basic_pitch: 8};
const isModel = (name: string): name is keyof typeof CONNECTIONS => Object.hasOwn(CONNECTIONS, name);

const digit = readDigits().pixels.slice(0, SIZE * SIZE);

/** One row as binary data: a digit, over and over where the model takes more. */
function request({name, shape: wanted}: Input): Request {
  const shape = wanted.map(size => Math.max(1, size));
  const count = shape.reduce((product, size) => product * size, 1);
  const data = Float32Array.from({length: count}, (_, i) => digit[i % digit.length]);
  const tensor = {name, datatype: 'FP32', shape, parameters: {binary_data_size: data.byteLength}};
  const json = Buffer.from(JSON.stringify({inputs: [tensor], parameters: {binary_data_output: true}}));
  return {
    body: Buffer.concat([json, Buffer.from(data.buffer)]),
    headers: {'inference-header-content-length': String(json.length)},
  };
}

/** The middle one by throughput. */
const median = (figures: readonly Figures[]): Figures =>
  [...figures].sort((a, b) => a.perSecond - b.perSecond)[Math.floor(figures.length / 2)];

async function main(): Promise<void> {
  const {values} = parseArgs({
    options: {
      seconds: {type: 'string', default: '8'},
      model: {type: 'string', default: 'digits'},
      connections: {type: 'string'},
      only: {type: 'string', default: ''},
      rounds: {type: 'string', default: '1'},
      out: {type: 'string', default: join(FOLDER, 'out')},
    },
  });
  const setups = SETUPS.filter(({title}) => title.includes(values.only));
  if (setups.length === 0) throw new Error(`--only is a part of a server's title; got ${values.only}`);
  const seconds = integer('seconds', values.seconds, 120);
  const {model} = values;
  if (!isModel(model)) throw new Error(`--model is ${Object.keys(CONNECTIONS).join(' or ')}; got ${model}`);
  const connections = integer('connections', values.connections ?? String(CONNECTIONS[model]), 512);
  const rounds = integer('rounds', values.rounds, 10);
  const all = join(FOLDER, 'models');
  await prepareModels(all);
  // Servers of the comparison have this model only.
  const models = join(values.out, 'load', model);
  await cp(join(all, model), join(models, model), {recursive: true});
  const load: Load = {models, model, request, connections, seconds};
  const results = new Map<string, Figures[]>();
  const problems = new Map<string, string>();
  let done = 0;
  // In turns, so that what else the machine does meets all alike.
  for (let round = 0; round < rounds; round++) {
    for (const setup of setups) {
      console.log(`${++done} of ${rounds * setups.length}, ${seconds} s each: ${setup.title}`);
      try {
        results.set(setup.title, [...(results.get(setup.title) ?? []), await measure(setup, load)]);
      } catch (error) {
        problems.set(setup.title, messageOf(error));
      }
    }
  }
  const rows = [...results.values()].map(median);
  const subtitle = `${model}, ${connections} connections from the same machine, ${cpus().length} cores of ${cpus()[0].model.trim()}, Node ${process.versions.node}`;
  console.log(`\n${subtitle}\n\n${table(rows)}\n`);
  for (const [title, problem] of problems) console.log(`NOT MEASURED ${title}: ${problem}`);
  await mkdir(values.out, {recursive: true});
  await writeFile(join(values.out, `load_${model}.md`), `${subtitle}\n\n${table(rows)}\n`);
  await writeFile(join(values.out, `load_${model}.svg`), plot(rows, subtitle));
  console.log(`The plot: ${join(values.out, `load_${model}.svg`)}`);
}

main().catch((error: unknown) => {
  console.error(messageOf(error));
  process.exit(1);
});
