/** Which algorithms compute some of the sums over channels and taps, besides adding them up. */
export interface Summation {
  readonly winograd: boolean;
  /** Winograd's along one axis. */
  readonly line: boolean;
  readonly fft: boolean;
}

const SUMMATIONS = [false, true].flatMap(winograd =>
  [false, true].flatMap(line => [false, true].map((fft): Summation => ({winograd, line, fft}))),
);

/** How variants of these names compute them: one object for each way. */
export function summationOf(variants: readonly string[]): Summation {
  const line = variants.includes('winograd_line');
  const winograd = variants.some(name => name.startsWith('winograd') && name !== 'winograd_line');
  const fft = variants.some(name => name.startsWith('fft'));
  return SUMMATIONS.filter(one => one.winograd === winograd && one.line === line && one.fft === fft)[0];
}

/** All of them added up. */
export const SUMS = summationOf([]);
