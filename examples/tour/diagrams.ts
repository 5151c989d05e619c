/** Panels drawn from numbers: windows, matrices as heat maps, curves. */
import type {SKRSContext2D} from '@napi-rs/canvas';
import {heatMap, type Matrix} from './heat_map.js';
import {FONT} from '../font.js';
import {INK, MUTED, PAPER, type Panel} from './panels.js';

export interface Curve {
  readonly values: ArrayLike<number>;
  /** Where the first value lies and how far apart they are, in pixels of the picture. */
  readonly offset: number;
  readonly step: number;
  readonly color: string;
  readonly label: string;
  readonly dots?: boolean;
}

/** A filter above the matrix that it is rearranged to. */
export function convMatrixPanel(title: string, subtitle: string, filter: Matrix, matrix: Matrix): Panel {
  return diagram(title, subtitle, (context, box) => {
    const cell = Math.floor((box.width - 24) / matrix[0].length);
    const left = box.x + Math.round((box.width - cell * matrix[0].length) / 2);
    const room = 30;
    const top = box.y + Math.round((box.height - cell * (filter.length + matrix.length) - 2 * room) / 2) + room;
    text(context, `filter, ${filter.length}×${filter[0].length}`, left, top - 10);
    heatMap(context, filter, left, top, cell);
    text(context, 'C · flat(x) = flat(y)', left + cell * (filter[0].length + 1), top + cell * filter.length - 9, INK);
    const below = top + cell * filter.length + room;
    text(context, `C, ${matrix.length}×${matrix[0].length}: a row is a window, a column a pixel`, left, below - 10);
    heatMap(context, matrix, left, below, cell);
  });
}

/** Matrices from left to right, with what leads from one to the next written on the arrows. */
export function chainPanel(
  title: string,
  subtitle: string,
  matrices: readonly Matrix[],
  labels: string[],
  arrows: string[],
): Panel {
  return diagram(title, subtitle, (context, box) => {
    const cells = matrices.reduce((sum, m) => sum + m[0].length, 0);
    const gap = 48;
    const cell = Math.floor((box.width - 24 - gap * arrows.length) / cells);
    let x = box.x + Math.round((box.width - cell * cells - gap * arrows.length) / 2);
    const middle = box.y + Math.round(box.height / 2);
    matrices.forEach((matrix, i) => {
      const top = middle - Math.round((cell * matrix.length) / 2);
      heatMap(context, matrix, x, top, cell);
      text(context, labels[i], x, top - 10);
      x += cell * matrix[0].length;
      if (i < arrows.length) arrow(context, arrows[i], x + 6, x + gap - 6, middle);
      x += gap;
    });
  });
}

/** One row of pixels per stride: how many windows cover each. */
export function coveragePanel(title: string, subtitle: string, rows: {label: string; counts: number[]}[]): Panel {
  return diagram(title, subtitle, (context, box) => {
    const cell = Math.floor((box.width - 32) / Math.max(...rows.map(({counts}) => counts.length)));
    const pitch = Math.floor((box.height - 8) / rows.length);
    rows.forEach(({label, counts}, i) => {
      const top = box.y + 40 + i * pitch;
      text(context, label, box.x + 16, top - 10, INK);
      heatMap(context, [counts], box.x + 16, top, cell, '0');
    });
  });
}

export function curvesPanel(title: string, subtitle: string, curves: readonly Curve[]): Panel {
  return diagram(title, subtitle, (context, box) => {
    const plot = {x: box.x + 14, y: box.y + 40, width: box.width - 28, height: box.height - 54};
    const all = curves.flatMap(({values}) => Array.from(values));
    const [low, high] = [Math.min(...all), Math.max(...all)];
    const span = Math.max(...curves.map(({values, offset, step}) => offset + (values.length - 1) * step));
    let legend = plot.x;
    for (const {values, offset, step, color, label, dots = false} of curves) {
      const points = Array.from(values, (value, i): [number, number] => [
        plot.x + ((offset + i * step) * plot.width) / span,
        plot.y + (plot.height * (high - value)) / (high - low || 1),
      ]);
      drawCurve(context, points, color, dots);
      legend += text(context, label, legend, box.y + 24, color) + 18;
    }
  });
}

function diagram(title: string, subtitle: string, draw: Panel['draw']): Panel {
  return {
    title,
    subtitle,
    draw: (context, box) => {
      context.fillStyle = PAPER;
      context.fillRect(box.x, box.y, box.width, box.height);
      draw(context, box);
    },
  };
}

function drawCurve(context: SKRSContext2D, points: readonly [number, number][], color: string, dots: boolean): void {
  context.strokeStyle = context.fillStyle = color;
  context.lineWidth = 2;
  context.lineJoin = 'round';
  context.beginPath();
  for (const [x, y] of points) {
    if (dots) context.fillRect(Math.round(x) - 3, Math.round(y) - 3, 6, 6);
    else context.lineTo(x, y);
  }
  if (!dots) context.stroke();
}

function arrow(context: SKRSContext2D, label: string, from: number, to: number, y: number): void {
  context.strokeStyle = context.fillStyle = MUTED;
  context.lineWidth = 2;
  context.beginPath();
  context.moveTo(from, y);
  context.lineTo(to - 6, y);
  context.stroke();
  context.beginPath();
  context.moveTo(to, y);
  context.lineTo(to - 9, y - 5);
  context.lineTo(to - 9, y + 5);
  context.fill();
  context.textAlign = 'center';
  context.font = `15px "${FONT}"`;
  context.fillText(label, (from + to) / 2, y - 10);
}

/** Returns the width written. */
function text(context: SKRSContext2D, content: string, x: number, y: number, color = MUTED): number {
  context.font = `14px "${FONT}"`;
  context.textAlign = 'left';
  context.fillStyle = color;
  context.fillText(content, x, y);
  return context.measureText(content).width;
}
