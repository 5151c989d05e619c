import {comparisonOf, noiseFloor, noiseOf, quantile, verdictOf} from '../../bench/against/noise.js';
import {parseAgainst} from '../../bench/against/options.js';

/** Eight rounds in which the machine is up to twice as slow, with what each side takes in quiet. */
function rounds(old: number, again: number, now: number, jitter = 0) {
  const machine = [1, 1.2, 1.9, 1, 1.5, 2, 1.1, 1];
  const times = (quiet: number, phase: number) =>
    machine.map((factor, i) => quiet * factor * (1 + jitter * ((i + phase) % 4)));
  return {old: times(old, 0), again: times(again, 1), now: times(now, 2)};
}

describe('two packages in turns', () => {
  it('are compared round by round, so that a slow machine does not count', () => {
    const {ratio, control, error} = comparisonOf(rounds(2, 2, 3));
    expect(ratio).toBeCloseTo(1.5, 10);
    expect(control).toBeCloseTo(1, 10);
    expect(error).toBeCloseTo(0, 10);
  });

  it('differ where the ratio is beyond the noise of the row', () => {
    expect(verdictOf(comparisonOf(rounds(2, 2, 2.2)), 0.01)).toBe('slower');
    expect(verdictOf(comparisonOf(rounds(2, 2, 1.8)), 0.01)).toBe('faster');
    expect(verdictOf(comparisonOf(rounds(2, 2, 2.01)), 0.01)).toBe('same');
  });

  it('are the same where the old one differs from itself as much', () => {
    expect(verdictOf(comparisonOf(rounds(2, 2.3, 2.3)), 0.01)).toBe('same');
    expect(verdictOf(comparisonOf(rounds(2, 1.7, 2.1)), 0.01)).toBe('same');
  });

  it('are the same where rounds scatter as much', () => {
    const scattered = comparisonOf(rounds(2, 2, 2.2, 0.2));
    expect(scattered.error).toBeGreaterThan(0.05);
    expect(verdictOf(scattered, 0.01)).toBe('same');
  });

  it('are the same where other rows differ from themselves as much', () => {
    const quiet = comparisonOf(rounds(2, 2, 2.1));
    const restless = comparisonOf(rounds(2, 2.4, 2));
    const floor = noiseFloor([quiet, restless, restless]);
    expect(floor).toBeCloseTo(Math.log(1.2), 2);
    expect(noiseOf(quiet, floor)).toBeCloseTo(1.2, 2);
    expect(verdictOf(quiet, floor)).toBe('same');
    expect(verdictOf(quiet, noiseFloor([quiet]))).toBe('slower');
  });

  it('have quantiles between neighbouring numbers', () => {
    expect([0, 0.25, 0.5, 1].map(share => quantile([4, 1, 3, 2], share))).toEqual([1, 1.75, 2.5, 4]);
  });

  it.each([
    [['--parts', 'first calls'], '--parts are '],
    [['--backend', 'webgl'], '--backend is one of wasm, cpu, tensorflow; got webgl'],
    [['--rounds', '0'], '--rounds is a positive number; got 0'],
  ])('take no %s', (args, message) => {
    expect(() => parseAgainst(['--against', 'old.tgz', ...args])).toThrow(message);
  });
});
