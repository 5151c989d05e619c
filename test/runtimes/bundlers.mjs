// An app of each bundler, as its starter or its guide makes it, with the README's first program and the checks in it.
import {spawn, spawnSync} from 'node:child_process';
import {copyFileSync, mkdirSync, readFileSync, readdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {codeBlocks} from '../package/readme.mjs';
import {putProgram} from './install.mjs';

const README = new URL('../../README.md', import.meta.url);
const LIMIT_MS = 300_000;

const HTML = '<!doctype html><meta charset="utf-8"><title>app</title><script type="module" src="main.js"></script>\n';

/** The first program of the README, which needs nothing but TensorFlow.js: its imports, and what follows. */
function readmeProgram() {
  const [{code}] = codeBlocks(readFileSync(README, 'utf8'));
  const lines = code.trimEnd().split('\n');
  const isImport = line => line.startsWith('import ');
  return {imports: lines.filter(isImport).join('\n'), body: lines.filter(line => !isImport(line)).join('\n')};
}

/** The app's own module: the README's program as it stands there, then the checks. */
function mainModule() {
  const {imports, body} = readmeProgram();
  return `${imports}\nimport {start} from './start.mjs';\n${body}\nstart();\n`;
}

const LAYOUT = `export default function RootLayout({children}) {
  return (
    <html lang="en">
      <body>{children}</body>
    </html>
  );
}
`;

/** A client component, which React renders on the server, too. */
function clientComponent() {
  const {imports, body} = readmeProgram();
  return `'use client';
import {useEffect} from 'react';
${imports}
import {start} from './start.mjs';

export default function Home() {
  useEffect(() => {
    (async () => {
      ${body}
      await start();
    })();
  }, []);
  return <main>app</main>;
}
`;
}

/** @throws with the end of what the command said, where it fails. */
function run(folder, path, args) {
  const {status, error, stdout, stderr} = spawnSync(process.execPath, [path, ...args], {
    cwd: folder,
    encoding: 'utf8',
    timeout: LIMIT_MS,
    env: {...process.env, NEXT_TELEMETRY_DISABLED: '1', CI: '1'},
  });
  if (status === 0) return;
  throw new Error(`${path} ended with ${error?.message ?? status}: ${`${stdout}\n${stderr}`.trim().slice(-1500)}`);
}

/** Files that TensorFlow.js' wasm backend loads, which every app has to serve. */
function putWasmFiles(consumer, folder) {
  const dist = join(consumer, 'node_modules/@tensorflow/tfjs-backend-wasm/dist');
  mkdirSync(folder, {recursive: true});
  for (const name of readdirSync(dist).filter(one => one.endsWith('.wasm'))) {
    copyFileSync(join(dist, name), join(folder, name));
  }
}

/** Where the program of a package lies. */
const program = (consumer, path) => join(consumer, 'node_modules', path);

/** An app without a starter: one folder with the module and a page; returns where the bundle goes. */
function plainApp(consumer, name, entry) {
  const folder = join(consumer, name);
  const dist = join(folder, 'dist');
  putProgram(join(folder, 'src'));
  writeFileSync(join(folder, 'package.json'), JSON.stringify({name, private: true, type: 'module'}));
  writeFileSync(join(folder, 'src', entry), mainModule());
  putWasmFiles(consumer, dist);
  writeFileSync(join(dist, 'index.html'), HTML);
  return {folder, dist};
}

function buildVite(consumer) {
  run(consumer, program(consumer, 'create-vite/index.js'), ['vite-app', '--template', 'vanilla', '--no-interactive']);
  const folder = join(consumer, 'vite-app');
  putProgram(join(folder, 'src'));
  writeFileSync(join(folder, 'src/main.js'), `${readFileSync(join(folder, 'src/main.js'), 'utf8')}\n${mainModule()}`);
  putWasmFiles(consumer, join(folder, 'public'));
  run(folder, program(consumer, 'vite/bin/vite.js'), ['build']);
  return {dist: join(folder, 'dist')};
}

function buildWebpack(consumer) {
  const {folder, dist} = plainApp(consumer, 'webpack-app', 'index.js');
  run(folder, program(consumer, 'webpack/bin/webpack.js'), ['--mode', 'production']);
  return {dist};
}

function buildRollup(consumer) {
  const {folder, dist} = plainApp(consumer, 'rollup-app', 'main.js');
  // As rollup-starter-app has it.
  const config = `import resolve from '@rollup/plugin-node-resolve';
import commonjs from '@rollup/plugin-commonjs';

export default {
  input: 'src/main.js',
  output: {file: 'dist/main.js', format: 'es', sourcemap: true},
  plugins: [resolve({browser: true}), commonjs()],
};
`;
  writeFileSync(join(folder, 'rollup.config.js'), config);
  run(folder, program(consumer, 'rollup/dist/bin/rollup'), ['-c']);
  return {dist};
}

function buildEsbuild(consumer) {
  const {folder, dist} = plainApp(consumer, 'esbuild-app', 'app.js');
  const args = ['src/app.js', '--bundle', '--minify', '--format=esm', '--outfile=dist/main.js'];
  run(folder, program(consumer, 'esbuild/bin/esbuild'), args);
  return {dist};
}

/** Starts the app's own server; returns its address, and what ends it. */
async function serveNext(folder, next) {
  const child = spawn(process.execPath, [next, 'start', '-p', '0', '-H', '127.0.0.1'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {...process.env, NEXT_TELEMETRY_DISABLED: '1'},
  });
  const address = await new Promise((resolve, reject) => {
    let said = '';
    const listen = data => {
      said += data;
      const found = /http:\/\/(?:127\.0\.0\.1|localhost):([1-9]\d*)/.exec(said);
      if (found && said.includes('Ready')) resolve(`http://127.0.0.1:${found[1]}`);
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    child.on('exit', code => reject(new Error(`next start ended with ${code}: ${said.slice(-500)}`)));
  });
  return {address, close: () => child.kill('SIGKILL')};
}

async function buildNext(consumer, name, flags) {
  const args = ['--js', '--app', '--no-tailwind', '--no-eslint', '--no-src-dir', '--use-npm', '--no-react-compiler'];
  const starter = program(consumer, 'create-next-app/dist/index.js');
  run(consumer, starter, [name, ...args, '--skip-install', '--disable-git', '--import-alias', '@/*', '--yes']);
  const folder = join(consumer, name);
  putProgram(join(folder, 'app'));
  writeFileSync(join(folder, 'app/page.js'), clientComponent());
  // The starter's own loads fonts of Google while it is built, which not every machine that tests may.
  writeFileSync(join(folder, 'app/layout.js'), LAYOUT);
  putWasmFiles(consumer, join(folder, 'public'));
  const next = program(consumer, 'next/dist/bin/next');
  run(folder, next, ['build', ...flags]);
  return serveNext(folder, next);
}

/** By name: what builds the app in the folder, and gives either what to serve or the address of the app's own server. */
export const BUNDLERS = {
  vite: buildVite,
  webpack: buildWebpack,
  rollup: buildRollup,
  esbuild: buildEsbuild,
  next: consumer => buildNext(consumer, 'next-app', []),
  'next-webpack': consumer => buildNext(consumer, 'next-webpack-app', ['--webpack']),
};
