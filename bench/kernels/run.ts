import {writeFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {parseArgs} from 'node:util';
import {tensor, tidy} from '@tensorflow/tfjs-core';
import type {Tensor4D} from '@tensorflow/tfjs-core';
import {conv2d} from 'tfjs-conv';
import {measure} from '../measure.js';
import type {Contestant, Measured} from '../measure.js';
import {ours} from '../peers/backends.js';
import type {BackendPeer} from '../peers/tfjs.js';
import {output} from '../peers/tfjs.js';
import {markdownTable, nameColumn, timeColumns} from '../table.js';
import {startPython} from './python.js';
import {plotOverKernels} from './plot.js';
import {imageOf, padOf, ROWS, tapsOf} from './rows.js';
import type {KernelRow} from './rows.js';

const {values: options} = parseArgs({
  options: {
    rounds: {type: 'string', default: '9'},
    only: {type: 'string', default: ''},
    python: {type: 'string', default: 'python3'},
    plot: {type: 'string', default: ''},
  },
});

/** A row on one of our backends: a filter for each channel. */
const onBackend = (row: KernelRow, {name, activate}: BackendPeer): Contestant => ({
  name,
  activate,
  prepare() {
    const [height, width, channels] = row.size;
    const filter = Float32Array.from([...tapsOf(row)].flatMap(tap => new Array<number>(channels).fill(tap)));
    const image = tensor(imageOf(row), [1, height, width, channels]) as Tensor4D;
    const taps = tensor(filter, [...row.kernel, 1, channels]) as Tensor4D;
    const pad = padOf(row);
    return Promise.resolve({
      run: () => output(tidy(() => conv2d(image, taps, {pad: [pad[0], pad[1]], groups: channels}))),
      dispose: () => [image, taps].forEach(one => one.dispose()),
    });
  },
});

// The bundle is in bench/out.
const script = fileURLToPath(new URL('../kernels/peer.py', import.meta.url));
const python = await startPython(options.python, script);
if (python === null) console.log(`${options.python} has no SciPy and OpenCV: nothing to compare with`);
const results: Measured[] = [];
const rows = ROWS.filter(({name}) => name.includes(options.only));
for (const row of rows) {
  process.stderr.write(`${row.name}\n`);
  const contestants = [
    ...Object.values(ours).map(runtime => onBackend(row, runtime)),
    ...(python?.contestants(row) ?? []),
  ];
  results.push(
    await measure(row.name, contestants, {
      rounds: Number(options.rounds),
      timeEach: 500,
      // SciPy and OpenCV transform a whole line or image at once.
      bound: largest => largest * 2 ** -13,
    }),
  );
}
python?.end();
if (options.plot !== '') writeFileSync(options.plot, plotOverKernels(rows, results));
console.log(markdownTable(results, [nameColumn('kernel'), ...timeColumns(results)]));
