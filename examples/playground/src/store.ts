import {batch, computed, effect, signal} from '@preact/signals';
import {busyWith} from './busy.js';
import {compute} from './conv/compute.js';
import type {Result} from './conv/compute.js';
import {startBackend, untilLost, useBackend, watchBackends} from './conv/backends.js';
import type {BackendName} from './conv/backends.js';
import {readAddress, writeAddress} from './model/address.js';
import {isPossible, multiplications, passesOf} from './model/geometry.js';
import {inputOf, movedCells} from './model/inputs.js';
import {tidyState} from './model/rules.js';
import {DEFAULTS, isPicture} from './model/state.js';
import type {Kind, State} from './model/state.js';
import type {Position, Volume} from './model/window.js';
import {PRESETS} from './presets/presets.js';
import type {Preset} from './presets/presets.js';
import {fill, messageOf, text} from './text/text.js';

export type PanelName = Preset['panel'] | 'bench';

const start = readAddress(location.hash);
const figure = PRESETS.find(({name}) => name === start.preset);

export const state = signal<State>(start.state);
export const preset = signal<string | undefined>(start.preset);
export const panel = signal<PanelName>(figure?.panel ?? 'code');
export const backend = signal<BackendName>('cpu');
/** RGBA of the picture, where the state has one. */
export const picture = signal<Uint8ClampedArray | undefined>(undefined);
export const result = signal<Result | undefined>(undefined);
/** The same for what stands below input, filter and output: a frame later, where a frame has no room for both. */
export const resultBelow = signal<Result | undefined>(undefined);
/** Why the state has no result. */
export const impossible = signal('');
/** What went wrong with something that the visitor asked for; it stays until the next change. */
export const problem = signal('');
/** The output position that is looked at, and the channels. */
export const at = signal<Position>(figure?.at ?? [0, 0, 0]);
export const inChannel = signal(0);
export const outChannel = signal(0);
/** Whether the state is that of the preset. */
export const isFigure = computed(() => {
  const chosen = PRESETS.find(({name}) => name === preset.value);
  return chosen !== undefined && JSON.stringify(tidyState(chosen.state)) === JSON.stringify(state.value);
});

const ABOUT_CHANNELS: readonly Kind[] = ['pointwise', 'depthwise', 'depthwiseSeparable'];

/** What a kind starts with where the one before leaves too little to see: a kernel, or channels. */
function startOf(before: State, {kind}: Partial<State>): Partial<State> {
  if (kind === undefined || kind === before.kind) return {};
  return {
    kernel: before.kind === 'pointwise' ? DEFAULTS.kernel : before.kernel,
    channels: ABOUT_CHANNELS.includes(kind) ? Math.max(3, before.channels) : before.channels,
  };
}

export function change(part: Partial<State>): void {
  problem.value = '';
  const before = state.value;
  const next = tidyState({...before, ...startOf(before, part), ...part});
  state.value =
    next.input === 'drawn' && part.cells === undefined ? {...next, cells: movedCells(next.cells, before, next)} : next;
}

export function choosePreset({name, state: next, panel: about, at: first}: Preset): void {
  batch(() => {
    problem.value = '';
    preset.value = name;
    state.value = tidyState(next);
    panel.value = about;
    at.value = first;
    inChannel.value = outChannel.value = 0;
  });
}

/** Multiplications that plain JavaScript does within a frame. */
const MOST_ON_CPU = 1e6;
let isChosen = false;
/** The backend that was asked for last: the one before may be slower to start. */
let wanted: BackendName = 'cpu';

/** Goes on with a backend once it has started, unless another one has been asked for meanwhile. */
async function goOnWith(name: BackendName): Promise<void> {
  wanted = name;
  await startBackend(name);
  if (wanted !== name) return;
  await useBackend(name);
  backend.value = name;
}

/** Takes WebAssembly for what would not keep up with a pointer, unless the visitor has chosen. */
async function preferBackend(s: State): Promise<void> {
  const work = passesOf(s).reduce((sum, g) => sum + multiplications(g), 0);
  if (isChosen || work <= MOST_ON_CPU || backend.peek() !== 'cpu') return;
  isChosen = true;
  // Where it does not start, the page goes on as it was.
  await busyWith(goOnWith('wasm')).catch(() => undefined);
}

/** A backend of the visitor's choice; the one before stays where it does not start. */
export async function chooseBackend(name: BackendName): Promise<void> {
  isChosen = true;
  try {
    await busyWith(goOnWith(name));
    problem.value = '';
  } catch {
    if (wanted !== name) return;
    wanted = backend.peek();
    problem.value = fill(text.value.noBackend, name);
  }
}

const within = (value: number, size: number): number => Math.min(Math.max(0, value), Math.max(0, size - 1));

/** The nearest position that a volume has. */
export const inside = ([d, h, w]: Position, {depth, height, width}: Volume): Position => [
  within(d, depth),
  within(h, height),
  within(w, width),
];

/** Shows a result, and keeps what is looked at inside of it. */
function show(next: Result, onlyAbove: boolean): void {
  const [x, y] = [next.volumes[0], next.volumes[next.volumes.length - 1]];
  batch(() => {
    at.value = inside(at.peek(), y);
    inChannel.value = within(inChannel.peek(), x.channels);
    outChannel.value = within(outChannel.peek(), y.channels);
    result.value = next;
    if (!onlyAbove) resultBelow.value = next;
    impossible.value = '';
  });
}

let isRunning = false;
let isAsked = false;

/** Milliseconds between frames beyond which the work for one took more than one: screens show 60 or more a second. */
const FRAME_MS = 25;

const nextFrame = (): Promise<number> => new Promise(requestAnimationFrame);

/** Computes the newest state; what is asked meanwhile is computed once, after that. */
async function update(): Promise<void> {
  isAsked = true;
  if (isRunning) return;
  isRunning = true;
  let isSlow = false;
  let frame = performance.now();
  while (isAsked) {
    isAsked = false;
    const s = state.peek();
    if (isPicture(s.input) && picture.peek() === undefined) continue;
    if (isPossible(passesOf(s))) {
      try {
        show(await untilLost(compute(s, inputOf(s, picture.peek()))), isSlow);
      } catch (error) {
        impossible.value = messageOf(error);
      }
    } else {
      impossible.value = text.peek().noRoom;
    }
    // What is asked meanwhile is seen in the next frame, and none has two results.
    const next = await nextFrame();
    if (resultBelow.peek() !== result.peek()) {
      resultBelow.value = result.peek();
      frame = await nextFrame();
    } else {
      isSlow ||= next - frame > FRAME_MS;
      frame = next;
    }
  }
  isRunning = false;
}

/** Browsers let a page write its address some 100 times in ten seconds, and WebKit throws an error beyond that. */
const ADDRESS_MS = 200;

/** Keeps result and address up to date. */
export function startStore(): void {
  watchBackends(name => {
    if (backend.peek() !== name) return;
    wanted = backend.value = 'cpu';
    problem.value = fill(text.value.lostBackend, name);
  });
  effect(() => {
    void [state.value, picture.value, backend.value];
    void busyWith(update());
  });
  effect(() => void preferBackend(state.value));
  let isWriting = false;
  let written = preset.peek();
  effect(() => {
    void [preset.value, state.value];
    if (isWriting) return;
    isWriting = true;
    setTimeout(() => {
      isWriting = false;
      const address = writeAddress({preset: preset.peek(), state: state.peek()});
      // The browser goes back to the figure before, and not through all that was done to one.
      if (preset.peek() !== written) history.pushState(null, '', address);
      else if (address !== location.hash) history.replaceState(null, '', address);
      written = preset.peek();
    }, ADDRESS_MS);
  });
  addEventListener('hashchange', event => {
    const place = readAddress(new URL(event.newURL).hash);
    const about = PRESETS.find(({name}) => name === place.preset);
    if (about !== undefined && about.name !== preset.value) choosePreset(about);
    batch(() => {
      written = preset.value = place.preset;
      state.value = place.state;
    });
  });
}
