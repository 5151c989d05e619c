/** What is being recorded: the names of the variants that have been chosen. */
let recorded: string[] | undefined;

/** Adds a variant to what is being recorded. */
export function noteVariant(name: string): void {
  recorded?.push(name);
}

/**
 * Runs a function and tells which kernel variants its convolutions chose, in the order in which they ran. Their names are
 * those of docs/algorithms.md, which the flag `TFJS_CONV_VARIANT` takes. A variant that calls other kernels is followed by
 * theirs: a separable convolution gives `two_calls` and the variants of its two convolutions. A result without elements is
 * computed by none. What runs after `f` has returned, as in a promise, is not recorded.
 *
 * @param f calls ops, gradients or models.
 * @returns what `f` returns, and the names.
 * @throws what `f` throws.
 * @example
 * ```ts
 * const {result, variants} = variantsRun(() => conv2d(tf.ones([6, 6, 2]), tf.ones([3, 3, 2, 4])));
 * console.log(result.shape, variants.length); // [4,4,4] 1
 * ```
 */
export function variantsRun<T>(f: () => T): {result: T; variants: string[]} {
  const outer = recorded;
  const variants: string[] = [];
  recorded = variants;
  try {
    return {result: f(), variants};
  } finally {
    recorded = outer;
    outer?.push(...variants);
  }
}
