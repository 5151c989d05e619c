/** Requests that went wrong on the way, the same ones for the same seed. */

/** Integers from 0 to below `limit`. */
export type Random = (limit: number) => number;

export function randomIntegers(seed: number): Random {
  let state = seed;
  return limit => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

const VALUES: readonly unknown[] = [
  null,
  true,
  -1,
  0,
  1.5,
  1e999,
  2 ** 53,
  '',
  'x',
  '\u0000',
  [],
  {},
  [[]],
  [null],
  {name: 'x'},
  Array.from({length: 100}, () => 1),
  'y'.repeat(10_000),
];

/** A copy in which one value, somewhere, is another one, is gone or is there twice. */
export function mutateJson(value: unknown, random: Random): unknown {
  const isLeaf = typeof value !== 'object' || value === null || random(4) === 0;
  if (isLeaf) return VALUES[random(VALUES.length)];
  if (Array.isArray(value)) {
    const list: unknown[] = [...value];
    const at = random(list.length + 1);
    if (at === list.length) return [...list, ...list.slice(0, 1)];
    if (random(5) === 0) list.splice(at, 1);
    else list[at] = mutateJson(list[at], random);
    return list;
  }
  const entries: [string, unknown][] = Object.entries(value);
  const at = random(entries.length + 1);
  if (at === entries.length)
    return {...value, [['__proto__', 'parameters', 'constructor', 'extra'][random(4)]]: VALUES[random(VALUES.length)]};
  if (random(5) === 0) entries.splice(at, 1);
  else entries[at] = [entries[at][0], mutateJson(entries[at][1], random)];
  return Object.fromEntries(entries);
}

/** A copy with bytes changed, cut out or put in. */
export function mutateBytes(bytes: Buffer, random: Random): Buffer {
  const at = random(bytes.length);
  const length = random(8);
  const noise = Buffer.from(Array.from({length: random(8)}, () => random(256)));
  return Buffer.concat([bytes.subarray(0, at), noise, bytes.subarray(at + length)]);
}
