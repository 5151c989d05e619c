import {existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {constants} from 'node:os';
import {join} from 'node:path';
import {runInThisContext} from 'node:vm';
import {brotliDecompressSync} from 'node:zlib';

/*
 * WebGPU in Node: Dawn, of the package webgpu, on the Vulkan driver of VK_ICD_FILENAMES, see vulkan.mjs.
 */

const root = process.cwd();
const load = createRequire(join(root, 'package.json'));
const cache = join(root, 'node_modules', '.cache', 'tfjs-conv', 'swiftshader');

/** The files of a tar archive. */
function* filesOf(tar: Buffer): Generator<{name: string; content: Buffer}> {
  const text = (from: number, length: number) => tar.toString('latin1', from, from + length).replace(/\0[^]*$/, '');
  for (let at = 0; at + 512 <= tar.length && tar[at] !== 0;) {
    const size = parseInt(text(at + 124, 12), 8);
    yield {name: text(at, 100), content: tar.subarray(at + 512, at + 512 + size)};
    at += 512 + Math.ceil(size / 512) * 512;
  }
}

/** Unpacks SwiftShader once, and returns its folder. A run that is stopped meanwhile must not leave half of it. */
function swiftshader(): string {
  if (existsSync(cache)) return cache;
  const packed = join(load.resolve('@sparticuz/chromium'), '..', '..', '..', 'bin', 'swiftshader.tar.br');
  const partial = `${cache}-${process.pid}`;
  mkdirSync(partial, {recursive: true});
  for (const {name, content} of filesOf(brotliDecompressSync(readFileSync(packed)))) {
    writeFileSync(join(partial, name), content, {mode: 0o755});
  }
  try {
    renameSync(partial, cache);
  } catch (error) {
    // Another process was faster.
    rmSync(partial, {recursive: true});
    if (!existsSync(cache)) throw error;
  }
  return cache;
}

/** Loads a library for all that is loaded after it: it is no addon, of which Node complains, and stays. */
function preload(library: string): void {
  const RTLD_NODELETE = 0x1000;
  try {
    process.dlopen({exports: {}}, library, constants.dlopen.RTLD_NOW | constants.dlopen.RTLD_GLOBAL | RTLD_NODELETE);
  } catch (error) {
    if (!String(error).includes('self-register')) throw error;
  }
}

/** Unpacks SwiftShader if it is the driver. Its loader of drivers serves others too, but for the system's. */
function prepareDriver(): void {
  const {VK_ICD_FILENAMES = ''} = process.env;
  if (VK_ICD_FILENAMES !== '') preload(join(swiftshader(), 'libvulkan.so.1'));
}

/*
 * Dawn looks after its GPU in a callback that it gives to setImmediate() of the context that Node started with, and that
 * asks to be called again.
 */
const outer = runInThisContext('globalThis') as {setImmediate: (callback: () => void) => unknown};
const {setImmediate} = outer;

let tick: (() => void) | undefined;
let isTickQueued = false;

function keepTick(): void {
  outer.setImmediate = callback => {
    tick = callback;
    outer.setImmediate = setImmediate;
    return setImmediate(callback);
  };
}

function queueTick(): void {
  if (isTickQueued) return;
  isTickQueued = true;
  setImmediate(() => {
    isTickQueued = false;
    tick?.();
  });
}

/** Maps a buffer without returning to the event loop, which no browser can. */
export function mapSync(buffer: GPUBuffer, mode: GPUMapModeFlags): void {
  const state = (): GPUBufferMapState => buffer.mapState;
  void buffer.mapAsync(mode).catch(() => undefined);
  outer.setImmediate = () => undefined;
  try {
    while (state() === 'pending' && tick !== undefined) tick();
  } finally {
    outer.setImmediate = setImmediate;
    queueTick();
  }
  if (state() !== 'mapped') throw new Error(`a buffer was not mapped: its state is ${state()}`);
}

/** What `navigator.gpu` is in a browser. Dawn is loaded when it is first asked for an adapter. */
let gpu: GPU | undefined;
function dawn(): GPU {
  if (gpu !== undefined) return gpu;
  prepareDriver();
  // The addon itself: the package's module is an ES module, which jest does not require.
  const build = `${process.platform}-${process.platform === 'darwin' ? 'universal' : process.arch}`;
  const {create, globals} = load(join(root, 'node_modules', 'webgpu', 'dist', build, 'dawn.node')) as {
    create(flags: string[]): GPU;
    globals: object;
  };
  Object.assign(globalThis, globals);
  keepTick();
  // Times of the GPU as it has them, not in steps of 65 microseconds.
  gpu = create(['disable-dawn-features=timestamp_quantization']);
  return gpu;
}

const lazily: Pick<GPU, 'requestAdapter'> = {requestAdapter: options => dawn().requestAdapter(options)};

/** Gives Node what a browser has. */
export function installDawn(): void {
  const value = {gpu: lazily, userAgent: `Node.js/${process.versions.node}`};
  Object.defineProperty(globalThis, 'navigator', {value, configurable: true, writable: true});
}
