/** The curves of a training as SVG: the loss of every step, and the accuracy after every epoch. */
import {path, svg, text} from '../svg.js';
import type {Points} from '../svg.js';
import type {History} from './training.js';

const [WIDTH, HEIGHT, TOP, GAP, LEFT] = [360, 220, 56, 70, 56];
/** Steps that the smooth line averages over. */
const WINDOW = 20;

interface Axis {
  readonly title: string;
  readonly from: number;
  readonly to: number;
  readonly marks: readonly number[];
  readonly label: (value: number) => string;
}

const smooth = (values: readonly number[]): number[] =>
  values.map((_, i) => {
    const window = values.slice(Math.max(0, i - WINDOW + 1), i + 1);
    return window.reduce((sum, value) => sum + value, 0) / window.length;
  });

/** A frame with marks at its left, and how values of `axis` stand in it. */
function panel(left: number, axis: Axis, below: string): {frame: string; height: (value: number) => number} {
  const height = (value: number): number =>
    TOP + HEIGHT * (1 - Math.min(1, Math.max(0, (value - axis.from) / (axis.to - axis.from))));
  const marks = axis.marks.map(
    value =>
      `<line x1="${left}" x2="${left + WIDTH}" y1="${height(value)}" y2="${height(value)}" stroke="#ddd"/>` +
      text(left - 8, height(value) + 4, axis.label(value), 'end'),
  );
  const frame = [
    text(left, TOP - 14, axis.title, 'start', 'font-size="14"'),
    ...marks,
    text(left + WIDTH / 2, TOP + HEIGHT + 28, below, 'middle'),
  ].join('\n');
  return {frame, height};
}

export function curves({losses, accuracies}: History, title: string): string {
  const loss = panel(
    LEFT,
    {
      title: 'loss',
      from: 0,
      to: 1,
      marks: [0, 0.25, 0.5, 0.75, 1],
      label: value => String(value),
    },
    `step (of ${losses.length})`,
  );
  const along = (i: number, count: number): number => LEFT + (WIDTH * i) / Math.max(1, count - 1);
  const stepped = (values: readonly number[]): Points =>
    values.map((value, i) => [along(i, values.length), loss.height(value)]);
  const second = LEFT + WIDTH + GAP;
  const accuracy = panel(
    second,
    {
      title: 'accuracy on digits not learnt from',
      from: 0.9,
      to: 1,
      marks: [0.9, 0.925, 0.95, 0.975, 1],
      label: value => `${(100 * value).toFixed(1)} %`,
    },
    `epoch (1 to ${accuracies.length})`,
  );
  const points = accuracies.map((value, i): [number, number] => [
    second + (WIDTH * (i + 0.5)) / accuracies.length,
    accuracy.height(value),
  ]);
  return svg(second + WIDTH + 24, TOP + HEIGHT + 44, [
    text(LEFT, 22, title, 'start', 'font-size="15"'),
    loss.frame,
    path(stepped(losses), '#b9d0e0', 1),
    path(stepped(smooth(losses)), '#2f6f9f', 2),
    accuracy.frame,
    path(points, '#2f6f9f', 2),
    ...points.map(
      ([x, y], i) =>
        `<circle cx="${x}" cy="${y}" r="4" fill="#2f6f9f"/>${text(x, y - 10, (100 * accuracies[i]).toFixed(1), 'middle')}`,
    ),
  ]);
}
