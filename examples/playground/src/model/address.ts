import {DEFAULTS, FILTERS, INPUTS, KINDS} from './state.js';
import type {State} from './state.js';
import {tidyState} from './rules.js';
import {PRESETS} from '../presets/presets.js';

/** More numbers than these are not put into an address. */
const MOST_VALUES = 2048;

const isEqual = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

const oneOf = <T extends string>(names: readonly T[], text: string, otherwise: T): T =>
  names.find(name => name === text) ?? otherwise;

/** Tensors are of 32 bits. */
const isNumber = (value: number): boolean => Number.isFinite(Math.fround(value));

const numbers = (text: string): number[] => text.split(',').map(Number).filter(isNumber).slice(0, MOST_VALUES);

const READ: {readonly [key in keyof State]: (text: string, otherwise: State) => State[key]} = {
  kind: (text, {kind}) => oneOf(KINDS, text, kind),
  input: (text, {input}) => oneOf(INPUTS, text, input),
  filter: (text, {filter}) => oneOf(FILTERS, text, filter),
  size: Number,
  channels: Number,
  filters: Number,
  kernel: Number,
  stride: Number,
  dilation: Number,
  groups: Number,
  outputPadding: Number,
  rank: Number,
  pad: text => (text === 'valid' || text === 'same' || text === 'causal' ? text : Number(text)),
  flip: text => text === 'true',
  values: numbers,
  cells: numbers,
};
const KEYS = Object.keys(READ) as (keyof State)[];

export interface Place {
  readonly preset: string | undefined;
  readonly state: State;
}

/** What the part of an address after # stands for; what it does not say is as in its preset, or as at first. */
export function readAddress(hash: string): Place {
  const query = new URLSearchParams(hash.replace(/^#/, ''));
  const preset =
    PRESETS.find(({name}) => name === query.get('preset')) ??
    (KEYS.some(key => query.has(key)) ? undefined : PRESETS[0]);
  const base = preset?.state ?? DEFAULTS;
  const read = <K extends keyof State>(key: K): Pick<State, K> => {
    const text = query.get(key);
    return {[key]: text === null ? base[key] : READ[key](text, base)} as Pick<State, K>;
  };
  const state = KEYS.reduce<State>((all, key) => ({...all, ...read(key)}), base);
  // Neither files nor cameras are in an address.
  const input = state.input === 'file' || state.input === 'camera' ? 'photo' : state.input;
  return {preset: preset?.name, state: tidyState({...state, input})};
}

const isTooLong = (value: State[keyof State]): boolean => Array.isArray(value) && value.length > MOST_VALUES;

/** The address of a state: its preset, and what differs from that. */
export function writeAddress({preset, state}: Place): string {
  const base = PRESETS.find(({name}) => name === preset)?.state ?? DEFAULTS;
  const query = new URLSearchParams(preset === undefined ? {kind: state.kind} : {preset});
  for (const key of KEYS) {
    if (isEqual(state[key], base[key]) || isTooLong(state[key])) continue;
    query.set(key, String(state[key]));
  }
  return `#${query}`;
}
