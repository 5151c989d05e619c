// The table of README.md that says where the package is tested, from the lists that the tests run:
//   node scripts/places.mjs          writes it
//   node scripts/places.mjs --check  fails where it says something else (part of `npm run lint`)
import {readFileSync, writeFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import prettier from 'prettier';
import {COMPILERS} from '../test/package/typescript.mjs';
import {PLACES} from '../test/runtimes/places.mjs';
import {NODE_MODE} from '../test/upstream/run.mjs';
import {SUITES} from './test/suites.mjs';

const file = fileURLToPath(new URL('../README.md', import.meta.url));
const ROWS = /(<!-- places -->\n)[\s\S]*?(<!-- \/places -->)/;

const versionOf = path => JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'));

/** Whether a suite runs TensorFlow.js' specs on tfjs-node with a version of Node; the one without is what CI has: 20. */
const testsNodeBackend = major =>
  SUITES.some(({kind, mode, node = 20}) => kind === 'upstream' && mode === NODE_MODE && node === major);

/** What backend tensorflow runs on: its specs are those of `npm test`. */
const tensorflowOf = ({engine, major}) => (engine === 'node' && testsNodeBackend(major) ? 'TensorFlow' : '-');

const placeRows = PLACES.map(place => {
  const {title, backends} = place;
  return [title, ...['cpu', 'wasm', 'webgl'].map(name => backends[name] ?? '-'), tensorflowOf(place)];
});

const tfjs = path => versionOf(path).dependencies['@tensorflow/tfjs'];

/** What else it is tried with, and by which tests. */
const withRows = [
  ['TensorFlow.js', [tfjs('../test/runtimes/package.json'), tfjs('../test/next_tfjs/package.json')], '`npm test`'],
  ['`@tensorflow/tfjs`, or `tfjs-core` with single backends', ['both'], '`npm run check:package`'],
  ...COMPILERS.map(({title, settings}) => [
    title,
    [`strict, \`moduleResolution\` ${[...new Set(settings.map(({moduleResolution}) => moduleResolution))].join(', ')}`],
    '`npm run check:package`',
  ]),
];

const table = rows => rows.map(row => `| ${row.join(' | ')} |`).join('\n');

const text = [
  table([['where', '`cpu`', '`wasm`', '`webgl`', '`tensorflow`'], Array(5).fill('---'), ...placeRows]),
  table([
    ['with', 'versions', 'tested by'],
    Array(3).fill('---'),
    ...withRows.map(([name, all, by]) => [name, all.join(', '), by]),
  ]),
].join('\n\n');

const readme = readFileSync(file, 'utf8');
if (!ROWS.test(readme)) throw new Error('README.md has no <!-- places --> and <!-- /places --> lines');
const written = await prettier.format(readme.replace(ROWS, `$1\n${text}\n\n$2`), {
  ...(await prettier.resolveConfig(file)),
  filepath: file,
});
if (process.argv.includes('--check')) {
  if (written !== readme) {
    console.log('the table of places in README.md does not follow from the tests: npm run places writes it');
    process.exitCode = 1;
  }
} else {
  writeFileSync(file, written);
}
