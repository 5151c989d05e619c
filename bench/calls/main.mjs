// First calls of tiny layers, and how long a tiny model takes to start, beside TensorFlow.js' own on wasm:
//   node bench/calls/main.mjs [--processes 16] [--only depthwise]
import {join} from 'node:path';
import {pathToFileURL} from 'node:url';
import {parseArgs} from 'node:util';
import {bundlePrograms, outdir} from '../bundle.mjs';

const PROGRAMS = {ours: 'calls_ours', builtIn: 'calls_built_in'};
const SIDES = Object.keys(PROGRAMS);
const START = 'start';

const {values} = parseArgs({
  options: {processes: {type: 'string', default: '16'}, only: {type: 'string', default: ''}},
});

await bundlePrograms(
  {
    calls_ours: 'calls/ours.ts',
    calls_built_in: 'calls/built_in.ts',
    calls_report: 'calls/report.ts',
    json_process: 'json_process.ts',
  },
  // As Node has it from the package: how long functions take to compile is part of a first call.
  {built: true},
);
const {NAMES, callRows, startRows, tableOf} = await import(pathToFileURL(join(outdir, 'calls_report.mjs')));
const {jsonOfProcess} = await import(pathToFileURL(join(outdir, 'json_process.mjs')));

const inProcess = (program, name) =>
  jsonOfProcess([...process.execArgv, join(outdir, `${program}.mjs`), name], {TFJS_CONV_THREADS: '1'});

/** What processes of both say, in turns, each first as often as the other, so that whatever else the machine does meets both. */
function inTurns(name) {
  const sides = {ours: [], builtIn: []};
  for (let i = 0; i < Number(values.processes); i++) {
    process.stderr.write(`${name}, ${i + 1} of ${values.processes}\n`);
    for (const side of i % 2 === 0 ? SIDES : SIDES.toReversed()) sides[side].push(inProcess(PROGRAMS[side], name));
  }
  return sides;
}

const rows = NAMES.filter(name => name.includes(values.only)).flatMap(name => callRows(name, inTurns(name)));
if (START.includes(values.only)) rows.push(...startRows(inTurns(START)));
console.log(tableOf(rows));
