/** Numbers in [0, 1), the same for the same seed: xorshift (Marsaglia, "Xorshift RNGs", 2003). */
export function random(seed: number): () => number {
  let state = Math.imul(seed, 0x9e3779b1) || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

/** 0 to count - 1 in an order that the seed gives (Fisher and Yates). */
export function shuffle(count: number, seed: number): Uint32Array {
  const order = Uint32Array.from({length: count}, (_, i) => i);
  const next = random(seed);
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(next() * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}
