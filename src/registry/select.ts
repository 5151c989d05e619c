import {env} from '@tensorflow/tfjs-core';
import type {ConvGeometry} from '../geometry/conv.js';
import {DIRECT_SUMS_FLAG, VARIANT_FLAG, WINOGRAD_FLAG} from './flags.js';
import type {KernelAttrs, KernelName} from './kernel_names.js';
import type {Variant, Variants} from './kernel_table.js';

/** Whether a variant is asked for by its name, so that it runs wherever it can, whether it pays or not. */
export const isForced = (name: string): boolean => env().get(VARIANT_FLAG) === name;

/** The variant that runs: the one that the flag names if it takes the attributes, otherwise the first that does. */
export function selectVariant<K extends KernelName>(variants: Variants<K>, attrs: KernelAttrs<K>): Variant<K> {
  const forced = env().get(VARIANT_FLAG);
  const named = forced === '' ? undefined : variants.find(({name, when}) => name === forced && when(attrs));
  if (named !== undefined) return named;
  for (const variant of variants) {
    if (variant.when(attrs)) return variant;
  }
  // The last one takes everything.
  return variants[variants.length - 1];
}

/** The flags that choices depend on. One that nobody has read yet is undefined, and set then. */
export interface ChoiceFlags {
  readonly forced: unknown;
  readonly directSums: unknown;
  readonly winograd: unknown;
}

export function choiceFlags(): ChoiceFlags {
  const flags = env().getFlags();
  return {forced: flags[VARIANT_FLAG], directSums: flags[DIRECT_SUMS_FLAG], winograd: flags[WINOGRAD_FLAG]};
}

/** Whether the flags are still these. */
export function areFlags({forced, directSums, winograd}: ChoiceFlags): boolean {
  const flags = env().getFlags();
  return flags[VARIANT_FLAG] === forced && flags[DIRECT_SUMS_FLAG] === directSums && flags[WINOGRAD_FLAG] === winograd;
}

/** A choice, and the flags that it was made by. */
interface Choice<K extends KernelName> {
  readonly flags: ChoiceFlags;
  readonly variant: Variant<K>;
}

/**
 * selectVariant() of variants that depend on nothing but the geometry and the flags of this package, which is chosen once
 * for each geometry: to ask every variant takes as long as a tiny layer.
 */
export function selectOnce<K extends KernelName>(variants: Variants<K>): (attrs: KernelAttrs<K>) => Variant<K> {
  const choices = new WeakMap<ConvGeometry, Choice<K>>();
  return attrs => {
    if ('first' in attrs) return selectVariant(variants, attrs);
    const known = choices.get(attrs.geometry);
    if (known !== undefined && areFlags(known.flags)) return known.variant;
    const variant = selectVariant(variants, attrs);
    choices.set(attrs.geometry, {flags: choiceFlags(), variant});
    return variant;
  };
}
