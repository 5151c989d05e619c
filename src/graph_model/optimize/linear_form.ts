/** An integer that depends on sizes which are known only when the graph runs: constant + sum of factor * term. */
export interface LinearForm {
  readonly constant: number;
  /** What is unknown, by a text that is equal where the values are. */
  readonly terms: ReadonlyMap<string, number>;
}

export const number = (constant: number): LinearForm => ({constant, terms: new Map()});
export const unknown = (text: string): LinearForm => ({constant: 0, terms: new Map([[text, 1]])});

/** a + factor * b */
export function plus(a: LinearForm, b: LinearForm, factor = 1): LinearForm {
  const terms = new Map(a.terms);
  for (const [term, value] of b.terms) {
    const sum = (terms.get(term) ?? 0) + factor * value;
    if (sum === 0) terms.delete(term);
    else terms.set(term, sum);
  }
  return {constant: a.constant + factor * b.constant, terms};
}

/** The number that a form is, if it depends on nothing. */
export const numberOf = ({constant, terms}: LinearForm): number | undefined =>
  terms.size === 0 ? constant : undefined;

/** A text that is the same for equal forms. */
export const textOf = ({constant, terms}: LinearForm): string =>
  [...terms]
    .map(([term, factor]) => `${factor}*${term}`)
    .sort()
    .concat(String(constant))
    .join('+');
