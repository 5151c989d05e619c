/** A place in TensorFlow.js where one thing stands for all backends. */
export interface Place<T extends object> {
  /** What stands there. */
  readonly get: () => T | undefined;
  /** Puts it there; undefined takes away what is there. */
  readonly put: (what: T | undefined) => void;
}

/**
 * Where a replacement keeps how many hold it, and what it replaces. A program may have several copies of this module,
 * such as its ES and its CommonJS form, which hold the same replacement.
 */
const HELD: unique symbol = Symbol.for('tfjs-conv.held');

type Replacement<T extends object> = T & {readonly [HELD]: {holders: number; readonly replaced: T | undefined}};

const isReplacement = <T extends object>(what: T | undefined): what is Replacement<T> =>
  what !== undefined && HELD in what;

function replacementAt<T extends object>(place: Place<T>, replace: (replaced: T | undefined) => T): Replacement<T> {
  const replaced = place.get();
  if (isReplacement(replaced)) return replaced;
  const replacement = Object.assign(replace(replaced), {[HELD]: {holders: 0, replaced}});
  place.put(replacement);
  return replacement;
}

/**
 * Replaces what stands at the place, or holds the replacement that stands there already. Returns what lets go of it: with
 * its last holder a replacement gives way to what it has replaced, unless something else stands there by then.
 */
export function holdReplacement<T extends object>(
  place: Place<T>,
  replace: (replaced: T | undefined) => T,
): () => void {
  const replacement = replacementAt(place, replace);
  const held = replacement[HELD];
  held.holders++;
  let isHolder = true;
  return () => {
    if (!isHolder) return;
    isHolder = false;
    held.holders--;
    if (held.holders === 0 && place.get() === replacement) place.put(held.replaced);
  };
}
