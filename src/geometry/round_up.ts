/** The least multiple of `multiple` that is not less than n. */
export const roundUp = (n: number, multiple: number): number => Math.ceil(n / multiple) * multiple;
