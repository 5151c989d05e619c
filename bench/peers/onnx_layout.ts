/** Element order of an array after its axes are permuted. */
export function permuted(values: Float32Array, shape: readonly number[], axes: readonly number[]): Float32Array {
  const strides = shape.map((_, a) => shape.slice(a + 1).reduce((p, s) => p * s, 1));
  const sizes = axes.map(a => shape[a]);
  const steps = axes.map(a => strides[a]);
  const index = new Array<number>(axes.length).fill(0);
  return values.map(() => {
    const value = values[index.reduce((sum, i, a) => sum + i * steps[a], 0)];
    for (let a = axes.length - 1; a >= 0 && ++index[a] === sizes[a]; a--) index[a] = 0;
    return value;
  });
}

export const range = (from: number, end: number): number[] => Array.from({length: end - from}, (_, i) => from + i);

/** [batch, ...spatial, channels] to [batch, channels, ...spatial]. */
export const channelsFirst = (values: Float32Array, shape: readonly number[]): Float32Array =>
  permuted(values, shape, [0, shape.length - 1, ...range(1, shape.length - 1)]);
export const channelsLast = (values: Float32Array, shape: readonly number[]): Float32Array =>
  permuted(values, shape, [0, ...range(2, shape.length), 1]);

/** The shape of what {@link channelsFirst} makes. */
export const channelsFirstShape = (shape: readonly number[]): number[] => [
  shape[0],
  shape[shape.length - 1],
  ...shape.slice(1, -1),
];
