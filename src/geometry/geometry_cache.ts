import type {AxisGeometry} from './axis.js';
import type {ConvGeometry} from './conv.js';
import {createHashTable, mix} from './hash_table.js';

/*
 * Every call resolves its geometry anew, but a program has few different ones. Equal geometries are made one object, on
 * which what kernels derive from it (plans, choices) is kept: a call then costs little more than its arithmetic.
 */

/** What the table forgets is forgotten with all that is derived from it. */
const known = createHashTable<ConvGeometry>();

function mixAxis(hash: number, axis: AxisGeometry): number {
  const sizes = mix(mix(mix(hash, axis.input), axis.kernel), axis.output);
  return mix(mix(mix(mix(sizes, axis.stride), axis.dilation), axis.padBefore), axis.padAfter);
}

function hashOf(g: ConvGeometry): number {
  const {axes} = g;
  const channels = mix(mix(mix(mix(Number(g.channelsLast), g.batch), g.groups), g.inChannels), g.outChannels);
  return mixAxis(mixAxis(mixAxis(channels, axes[0]), axes[1]), axes[2]);
}

const sameAxis = (a: AxisGeometry, b: AxisGeometry): boolean =>
  a.input === b.input &&
  a.kernel === b.kernel &&
  a.output === b.output &&
  a.stride === b.stride &&
  a.dilation === b.dilation &&
  a.padBefore === b.padBefore &&
  a.padAfter === b.padAfter;

const isSame = (a: ConvGeometry, b: ConvGeometry): boolean =>
  a.batch === b.batch &&
  a.groups === b.groups &&
  a.inChannels === b.inChannels &&
  a.outChannels === b.outChannels &&
  a.channelsLast === b.channelsLast &&
  sameAxis(a.axes[0], b.axes[0]) &&
  sameAxis(a.axes[1], b.axes[1]) &&
  sameAxis(a.axes[2], b.axes[2]);

/** The one object for all geometries that are equal to this one. */
export function cachedGeometry(g: ConvGeometry): ConvGeometry {
  const hash = hashOf(g);
  const found = known.find(hash);
  for (let i = 0; i < found.length; i++) {
    if (isSame(found[i], g)) return found[i];
  }
  known.add(hash, g);
  return g;
}

/** A function of objects that computes each one's result once, and keeps it as long as the object. */
export function perObject<K extends object, T>(derive: (key: K) => T): (key: K) => T {
  const results = new WeakMap<K, {readonly value: T}>();
  return key => {
    const found = results.get(key);
    if (found !== undefined) return found.value;
    const value = derive(key);
    results.set(key, {value});
    return value;
  };
}

/** The same of geometries. */
export const perGeometry = <T>(derive: (g: ConvGeometry) => T): ((g: ConvGeometry) => T) => perObject(derive);
