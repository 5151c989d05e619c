import {fail} from '../../errors.js';
import {LAYER_RULES} from '../rules.js';
import {camelCase, isObject} from './json.js';
import type {Json, JsonObject} from './json.js';

/*
 * The names of layers in the calls of other layers. TensorFlow.js' own loader takes the underscores out of those that
 * Keras 3 writes, so that 'conv_1' and 'conv1' are one. Which of them is meant follows from the rest of the graph: Keras
 * lists a layer behind those that it calls, and every layer is called or is an output.
 */

/** Names as they are written in calls: the exact ones, or what TensorFlow.js' own loader has made of them. */
export type Naming = 'exact' | 'camelCase';

/** [layer, node, tensor] as it is written, by which it is known. */
type Reference = Json[];

interface Call {
  readonly reference: Reference;
  /** The place of the layer that calls. */
  readonly place: number;
}

/** All lists under 'kerasHistory' within a value. */
function referencesIn(value: Json): Reference[] {
  if (Array.isArray(value)) return value.flatMap(referencesIn);
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, element]) =>
    key === 'kerasHistory' && Array.isArray(element) ? [element] : referencesIn(element),
  );
}

/** More possibilities are not tried. */
const MOST = 4096;

/** All ways to choose one of each list. */
const combinations = <T>(lists: ReadonlyArray<readonly T[]>): T[][] =>
  lists.reduce<T[][]>((all, list) => all.flatMap(chosen => list.map(next => [...chosen, next])), [[]]);

/** Finds the layers that calls name. */
export class LayerNames {
  private readonly places = new Map<string, number>();
  private readonly written = new Map<string, string[]>();
  private readonly solved = new Map<Reference, string>();

  constructor(layers: readonly JsonObject[], outputs: ReadonlySet<string>, naming: Naming) {
    layers.forEach(({name}, place) => this.places.set(String(name), place));
    const keyOf = naming === 'exact' ? (name: string) => name : camelCase;
    for (const name of this.places.keys())
      this.written.set(keyOf(name), [...(this.written.get(keyOf(name)) ?? []), name]);
    const calls = layers.flatMap(({inboundNodes}, place) =>
      referencesIn(inboundNodes ?? null).map(reference => ({reference, place})),
    );
    for (const [key, names] of this.written) {
      if (names.length > 1)
        this.solve(
          names,
          outputs,
          calls.filter(({reference}) => reference[0] === key),
        );
    }
  }

  /** Says which layer each call means, where there is one way only in which all can be right. */
  private solve(names: readonly string[], outputs: ReadonlySet<string>, calls: readonly Call[]): void {
    const choices = calls.map(({place}) => names.filter(name => (this.places.get(name) ?? 0) < place));
    if (choices.reduce((count, {length}) => count * length, 1) > MOST) return;
    const called = names.filter(name => !outputs.has(name));
    const [only, ...more] = combinations(choices).filter(chosen => called.every(name => chosen.includes(name)));
    if (only === undefined || more.length > 0) return;
    calls.forEach(({reference}, i) => this.solved.set(reference, only[i]));
  }

  /** @throws if several layers may be meant. */
  find(reference: Reference): string {
    const name = String(reference[0]);
    const found = this.written.get(name) ?? [name];
    const [first] = found;
    if (found.length === 1) return first;
    return this.solved.get(reference) ?? fail('loadLayersModel', LAYER_RULES.names, 'names', found);
  }
}
