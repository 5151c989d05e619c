import {language} from './text.js';

/** A value as cells and formulas have it: integers as they are, others to three digits; 0.00 is one that is not quite 0. */
export function short(value: number): string {
  if (!Number.isFinite(value)) return String(value).replace('-', '−').replace('Infinity', '∞');
  if (Math.abs(value) >= 1e6) return value.toExponential(1).replace('.0', '').replace('+', '').replace('-', '−');
  const nearest = Math.round(value);
  // Float32 leaves integers a little beside themselves.
  if (Math.abs(value - nearest) < 1e-5 * Math.max(1, Math.abs(value))) return String(nearest || 0).replace('-', '−');
  const size = Math.abs(value);
  if (size < 0.005) return '0.00';
  return value.toFixed(size < 10 ? 2 : size < 100 ? 1 : 0).replace('-', '−');
}

/** A count with separators. */
export const grouped = (count: number): string => count.toLocaleString(language.value);

export function milliseconds(ms: number): string {
  return `${ms < 1 ? ms.toFixed(3) : ms < 10 ? ms.toFixed(2) : ms < 100 ? ms.toFixed(1) : ms.toFixed(0)} ms`;
}

/** A shape: 5×5×3. */
export const shapeText = (sizes: readonly number[]): string => sizes.join('×');
