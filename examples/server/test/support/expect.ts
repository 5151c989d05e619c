import assert from 'node:assert/strict';

/**
 * Values that differ by rounding only. The longest sum in the tests' network has 108 terms in float32, and its results are
 * probabilities: 108 * 2^-24 is 6.4e-6 of them at most.
 */
export function expectClose(actual: readonly number[], wanted: readonly number[], tolerance = 108 * 2 ** -24): void {
  assert.equal(actual.length, wanted.length);
  actual.forEach((value, i) => {
    assert.ok(Math.abs(value - wanted[i]) <= tolerance, `element ${i} is ${value}, not ${wanted[i]}`);
  });
}
