/** A matrix as coloured cells with its numbers. */
import type {SKRSContext2D} from '@napi-rs/canvas';
import {FONT} from '../font.js';
import {ACCENT, COOL, INK} from './panels.js';

export type Matrix = readonly (readonly number[])[];

/** The larger a number, the darker its cell; red below zero. `zero` is what stands for 0. */
export function heatMap(context: SKRSContext2D, matrix: Matrix, x: number, y: number, cell: number, zero = '·'): void {
  const limit = Math.max(...matrix.flat().map(Math.abs)) || 1;
  const longest = Math.max(...matrix.flat().map(value => numeral(value).length));
  context.font = `${Math.round(cell * (longest > 2 ? 0.38 : 0.46))}px "${FONT}"`;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  matrix.forEach((row, r) =>
    row.forEach((value, c) => {
      const strength = Math.abs(value) / limit;
      context.fillStyle = value === 0 ? '#f1efeb' : mix(value < 0 ? ACCENT : COOL, 0.14 + 0.86 * strength);
      context.fillRect(x + c * cell + 1, y + r * cell + 1, cell - 2, cell - 2);
      context.fillStyle = value === 0 ? '#a9afb6' : strength > 0.5 ? 'white' : INK;
      context.fillText(value === 0 ? zero : numeral(value), x + (c + 0.5) * cell, y + (r + 0.5) * cell + 1);
    }),
  );
  context.textBaseline = 'alphabetic';
}

function numeral(value: number): string {
  return String(Math.round(value * 100) / 100);
}

/** `hex` thinned with white. */
function mix(hex: string, strength: number): string {
  const channels = [1, 3, 5].map(at => parseInt(hex.slice(at, at + 2), 16));
  return `rgb(${channels.map(channel => Math.round(255 + (channel - 255) * strength)).join(', ')})`;
}
