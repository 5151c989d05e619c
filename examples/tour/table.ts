/** The table of the tour: a row per step. */
import Table from 'cli-table3';
import type {Measurement} from './measure.js';
import {shape} from './photo.js';

const HEAD = [
  '',
  'op',
  'input → output',
  'parameters',
  'multiplications',
  'largest difference',
  'ours',
  'built-in',
  'ratio',
];

export function table(measurements: readonly Measurement[]): string {
  const rows = new Table({
    head: HEAD,
    style: {head: [], border: []},
    colAligns: ['right', 'left', 'left', 'right', 'right', 'left', 'right', 'right', 'right'],
    wordWrap: false,
  });
  measurements.forEach((measurement, i) => rows.push([i + 1, ...row(measurement)]));
  return rows.toString();
}

export function failed({difference, tolerance}: Measurement): boolean {
  return !(difference <= tolerance);
}

function row(measurement: Measurement): string[] {
  const {step, y, difference, tolerance, milliseconds, builtInMilliseconds} = measurement;
  return [
    `${step.op}\n${step.options}`,
    `${shape(step.x)}\n→ ${shape(y)}`,
    grouped(measurement.parameters),
    grouped(measurement.multiplications),
    `${difference.toExponential(1)} to ${step.compare.name}\n` +
      `${failed(measurement) ? 'EXCEEDS' : 'within'} ${tolerance.toExponential(1)}`,
    time(milliseconds),
    builtInMilliseconds === undefined ? '-' : time(builtInMilliseconds),
    builtInMilliseconds === undefined ? '-' : `${(builtInMilliseconds / milliseconds).toFixed(1)}×`,
  ];
}

function grouped(count: number): string {
  return count.toLocaleString('en-US').replace(/,/g, ' ');
}

function time(milliseconds: number): string {
  return `${milliseconds.toFixed(milliseconds < 10 ? 2 : 1)} ms`;
}
