#!/usr/bin/env node
// npx tfjs-conv doctor [--json]: what a bug report begins with.
import {Console} from 'node:console';
import {pathToFileURL} from 'node:url';
import {realpathSync} from 'node:fs';
import {loadProject} from './project.mjs';

const USAGE = `Usage: npx tfjs-conv doctor [--json]

Says which versions of TensorFlow.js and tfjs-conv the folder has, what convolutions run on here (backends, the WebAssembly
binary, threads, limits of devices, flags), and what is wrong or missing for more. Pages call doctor() of tfjs-conv/doctor.

  --json  the same as JSON`;

/** The project's part of the report, as text. */
function formatProject({folder, packages, copies, entryPoints}) {
  const entries = Object.entries(packages).map(([name, version]) => `${name} ${version ?? '-'}`);
  const failed = Object.entries(entryPoints).filter(([, error]) => error !== '');
  return [
    `folder ${folder}`,
    `packages: ${entries.join(', ')}`,
    ...copies.map(({name, version, path}) => `copy of ${name} ${version}: ${path}`),
    ...failed.map(([name, error]) => `${name} does not load: ${error}`),
  ].join('\n');
}

/** Returns the report, as text or as JSON. */
export async function report({folder = process.cwd(), json = false} = {}) {
  const {project, tf, doctor, formatDiagnosis} = loadProject(folder);
  const diagnosis = doctor === undefined ? undefined : await doctor({tf});
  const findings = [...project.findings, ...(diagnosis?.findings ?? [])];
  if (json) return JSON.stringify({project, diagnosis, findings}, undefined, 2);
  if (diagnosis === undefined) return [formatProject(project), ...findings.map(one => `  - ${one}`)].join('\n');
  return `${formatProject(project)}\n${formatDiagnosis({...diagnosis, findings})}`;
}

async function main([command, ...options]) {
  if (command !== 'doctor' || options.some(option => option !== '--json')) {
    console.log(USAGE);
    process.exitCode = command === undefined || command === '--help' ? 0 : 2;
    return;
  }
  // What packages say when they are loaded must not stand within JSON.
  const {log} = console;
  globalThis.console = new Console(process.stderr, process.stderr);
  try {
    log(await report({json: options.includes('--json')}));
  } catch (error) {
    log(`the doctor itself failed: ${error?.stack ?? error}`);
  }
  // Threads of backends would keep the process.
  process.exit();
}

if (import.meta.url === pathToFileURL(realpathSync(process.argv[1])).href) await main(process.argv.slice(2));
