/** The number that the 16 bits of an IEEE 754 half stand for: sign, 5 bits of exponent, 10 of fraction. */
function halfValue(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** Halves as float32, which holds each of them exactly. */
export const halfToFloat = (halves: Uint16Array): Float32Array => Float32Array.from(halves, halfValue);
