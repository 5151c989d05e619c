/** The result of `look`, or `otherwise` where that throws: a proxy or a getter may do so whenever it is touched. */
export function looking<T>(otherwise: T, look: () => T): T {
  try {
    return look();
  } catch {
    return otherwise;
  }
}
