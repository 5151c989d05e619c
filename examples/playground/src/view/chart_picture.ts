import {cssColour} from './theme.js';
import type {Palette} from './theme.js';

const MARGIN = 24;
const LINE = 22;
const FONT = "'Inter Variable', system-ui, sans-serif";

/** A plot as a picture that says by itself what it shows: a title and a line on the device above it, lines below. */
export function chartPicture(
  plot: HTMLCanvasElement,
  [title, device]: readonly [title: string, device: string],
  lines: readonly string[],
  {surface, ink}: Palette,
): HTMLCanvasElement {
  const ratio = plot.width / Math.max(1, plot.clientWidth);
  const width = Math.max(720, plot.clientWidth) + 2 * MARGIN;
  const top = MARGIN + 2 * LINE;
  const canvas = document.createElement('canvas');
  canvas.width = width * ratio;
  canvas.height = (top + plot.clientHeight + lines.length * LINE + 2 * MARGIN) * ratio;
  const context = canvas.getContext('2d');
  if (context === null) return canvas;
  context.scale(ratio, ratio);
  context.fillStyle = cssColour(surface);
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.fillStyle = cssColour(ink);
  context.textBaseline = 'top';
  context.font = `650 17px ${FONT}`;
  context.fillText(title, MARGIN, MARGIN);
  context.font = `400 11px ${FONT}`;
  context.fillText(device, MARGIN, MARGIN + LINE, width - 2 * MARGIN);
  context.drawImage(plot, MARGIN, top, plot.clientWidth, plot.clientHeight);
  context.font = `400 13px ${FONT}`;
  lines.forEach((line, i) => context.fillText(line, MARGIN, top + plot.clientHeight + MARGIN / 2 + i * LINE));
  return canvas;
}
