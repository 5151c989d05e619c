/** What one input of a node refers to. */
export interface InputName {
  readonly node: string;
  /** Which output of that node; 0 for control inputs. */
  readonly index: number;
  /** True for an input that only has to have run. */
  readonly control: boolean;
}

/** Reads 'node', 'node:1' and '^node'. */
export function parseInput(input: string): InputName {
  if (input.startsWith('^')) return {node: input.slice(1), index: 0, control: true};
  const colon = input.indexOf(':');
  if (colon < 0) return {node: input, index: 0, control: false};
  return {node: input.slice(0, colon), index: Number(input.slice(input.lastIndexOf(':') + 1)), control: false};
}

/** The input that reads this output. */
export const inputOf = (node: string, index = 0): string => (index === 0 ? node : `${node}:${index}`);

/** The name itself, or the first of `name_1`, `name_2`, ... that nobody has. */
export function freeName(name: string, isTaken: (name: string) => boolean): string {
  if (!isTaken(name)) return name;
  let n = 1;
  while (isTaken(`${name}_${n}`)) n++;
  return `${name}_${n}`;
}
