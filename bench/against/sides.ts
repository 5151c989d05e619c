import {fork, spawnSync} from 'node:child_process';
import {copyFileSync, mkdirSync, readdirSync, rmSync, statSync} from 'node:fs';
import {join} from 'node:path';
import {OUT} from '../docs.js';
import type {Runtime} from '../runtimes.js';
import type {Answer, Answers, Request} from './protocol.js';

function run(command: string, args: readonly string[]): void {
  const {status, stderr} = spawnSync(command, args, {encoding: 'utf8', stdio: ['ignore', 'ignore', 'pipe']});
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr}`);
}

const isFile = (path: string): boolean => statSync(path, {throwIfNoEntry: false})?.isFile() ?? false;

/**
 * Installs a package into a folder of its own below the bench, where it finds TensorFlow.js and its own dependencies among
 * those of the project, with the program that runs rows. `spec` is a tarball, a folder, which is built and packed, or what
 * else npm can pack.
 */
export function install(spec: string, name: string): string {
  const folder = join(OUT, 'against', name);
  const target = join(folder, 'node_modules', 'tfjs-conv');
  rmSync(folder, {recursive: true, force: true});
  mkdirSync(target, {recursive: true});
  if (!isFile(spec)) run('npm', ['pack', spec, '--pack-destination', folder]);
  const tarball = isFile(spec) ? spec : join(folder, readdirSync(folder).filter(file => file.endsWith('.tgz'))[0]);
  run('tar', ['-xzf', tarball, '-C', target, '--strip-components=1']);
  copyFileSync(join(OUT, 'side.mjs'), join(folder, 'side.mjs'));
  return folder;
}

/** A process that runs rows on a package. */
export interface Side {
  ask<D extends Request['do']>(request: Extract<Request, {readonly do: D}>): Promise<Answers[D]>;
  end(): void;
}

/** Starts a process on a package that is installed in a folder; `cpu` and `wasm` compute on so many threads. */
export function startSide(folder: string, backend: string, {node, flags}: Runtime, threads: number): Side {
  const child = fork(join(folder, 'side.mjs'), [backend], {
    execPath: node,
    execArgv: [...flags],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    // TensorFlow takes its number of threads when it is loaded.
    env: {
      ...process.env,
      TF_NUM_INTRAOP_THREADS: '1',
      TF_CPP_MIN_LOG_LEVEL: '3',
      TFJS_CONV_THREADS: String(threads),
    },
  });
  return {
    ask: request =>
      new Promise((resolve, reject) => {
        const exited = (code: number | null) => reject(new Error(`the process of ${folder} ended with ${code}`));
        child.once('exit', exited);
        child.once('message', (message: Answer) => {
          child.off('exit', exited);
          if ('error' in message) reject(new Error(`${folder}: ${message.error}`));
          // The protocol: an answer is of the kind of the request.
          else resolve(message.answer as Answers[typeof request.do]);
        });
        child.send(request);
      }),
    end: () => child.kill(),
  };
}
