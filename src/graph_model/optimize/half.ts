/** The number that the 16 bits of an IEEE 754 half stand for: sign, 5 bits of exponent, 10 of fraction. */
function halfValue(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** Every half there is. */
let table: Float32Array | undefined;

/** Halves as float32, which holds each of them exactly. */
export function halfToFloat(halves: Uint16Array): Float32Array {
  table ??= Float32Array.from({length: 1 << 16}, (_, bits) => halfValue(bits));
  const values = new Float32Array(halves.length);
  for (let n = 0; n < halves.length; n++) values[n] = table[halves[n]];
  return values;
}
