// The licences of what the package holds of others, in THIRD_PARTY_LICENSES.txt:
//   node scripts/licenses.mjs          writes it
//   node scripts/licenses.mjs --check  fails where it says something else (part of `npm run lint`)
import {existsSync, readFileSync, writeFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const file = `${root}THIRD_PARTY_LICENSES.txt`;

/** Packages of which a part is in what is published. Dependencies come as packages of their own, with their licences. */
const BUNDLED = [
  {name: 'assemblyscript', what: 'parts of its standard library, compiled into the WebAssembly binaries'},
];

const TEXTS = ['LICENSE', 'NOTICE'];

function entry({name, what}) {
  const folder = `${root}node_modules/${name}/`;
  const {license, homepage} = JSON.parse(readFileSync(`${folder}package.json`, 'utf8'));
  const texts = TEXTS.filter(text => existsSync(folder + text)).map(text => readFileSync(folder + text, 'utf8').trim());
  if (texts.length === 0) throw new Error(`${name} has no text of its licence`);
  return [`${name} (${license}), ${homepage}`, what, ...texts].join('\n\n');
}

const rule = `\n\n${'-'.repeat(80)}\n\n`;
const text = `${['What tfjs-conv holds of others, and under which licences.', ...BUNDLED.map(entry)].join(rule)}\n`;

if (!process.argv.includes('--check')) {
  writeFileSync(file, text);
} else if (!existsSync(file) || readFileSync(file, 'utf8') !== text) {
  console.log('THIRD_PARTY_LICENSES.txt does not follow from the packages: node scripts/licenses.mjs writes it');
  process.exitCode = 1;
}
