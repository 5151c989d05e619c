import {env} from '@tensorflow/tfjs-core';
import {VARIANT_FLAG} from './flags.js';
import type {KernelAttrs, KernelName} from './kernel_names.js';
import type {Variant, Variants} from './kernel_table.js';
import {noteVariant} from './variants_run.js';

function firstThatTakes<K extends KernelName>(variants: Variants<K>, attrs: KernelAttrs<K>): Variant<K> {
  const forced = env().get(VARIANT_FLAG);
  const named = forced === '' ? undefined : variants.find(({name, when}) => name === forced && when(attrs));
  if (named !== undefined) return named;
  for (const variant of variants) {
    if (variant.when(attrs)) return variant;
  }
  // The last one takes everything.
  return variants[variants.length - 1];
}

/** Whether a variant is asked for by its name, so that it runs wherever it can, whether it pays or not. */
export const isForced = (name: string): boolean => env().get(VARIANT_FLAG) === name;

/** The variant that runs: the one that the flag names if it takes the attributes, otherwise the first that does. */
export function selectVariant<K extends KernelName>(variants: Variants<K>, attrs: KernelAttrs<K>): Variant<K> {
  const variant = firstThatTakes(variants, attrs);
  noteVariant(variant.name);
  return variant;
}
