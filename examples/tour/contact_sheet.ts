/** The contact sheet: a title and panels in an even grid. */
import {createCanvas, type Canvas, type SKRSContext2D} from '@napi-rs/canvas';
import {FONT, registerFont} from '../font.js';
import {INK, MUTED, type Box, type Panel} from './panels.js';

const COLUMNS = 5;
const MARGIN = 56;
const GUTTER = 30;
const HEADER = 104;
const CAPTION = 62;

interface Size {
  readonly width: number;
  readonly height: number;
}

/** `size` is that of a panel without its caption. */
export function contactSheet(title: string, subtitle: string, panels: readonly Panel[], {width, height}: Size): Canvas {
  registerFont();
  const rows = Math.ceil(panels.length / COLUMNS);
  const canvas = createCanvas(
    2 * MARGIN + COLUMNS * width + (COLUMNS - 1) * GUTTER,
    2 * MARGIN + HEADER + rows * (height + CAPTION) + (rows - 1) * GUTTER,
  );
  const context = canvas.getContext('2d');
  context.fillStyle = '#f4f2ee';
  context.fillRect(0, 0, canvas.width, canvas.height);
  const room = canvas.width - 2 * MARGIN;
  write(context, title, `bold 44px "${FONT}"`, INK, MARGIN, MARGIN + 40, room);
  write(context, subtitle, `20px "${FONT}"`, MUTED, MARGIN, MARGIN + 76, room);
  panels.forEach((panel, i) =>
    drawPanel(context, panel, {
      x: MARGIN + (i % COLUMNS) * (width + GUTTER),
      y: MARGIN + HEADER + Math.floor(i / COLUMNS) * (height + CAPTION + GUTTER),
      width,
      height,
    }),
  );
  return canvas;
}

function drawPanel(context: SKRSContext2D, panel: Panel, box: Box): void {
  context.fillStyle = '#e7e4de';
  context.fillRect(box.x, box.y, box.width, box.height);
  context.save();
  panel.draw(context, box);
  context.restore();
  context.strokeStyle = 'rgba(31, 41, 51, 0.18)';
  context.lineWidth = 1;
  context.strokeRect(box.x - 0.5, box.y - 0.5, box.width + 1, box.height + 1);
  write(context, panel.title, `bold 20px "${FONT}"`, INK, box.x, box.y + box.height + 30, box.width);
  write(context, panel.subtitle, `15px "${FONT}"`, MUTED, box.x, box.y + box.height + 54, box.width);
}

/** One line; narrowed where it would not fit, never cut. */
function write(
  context: SKRSContext2D,
  content: string,
  font: string,
  color: string,
  x: number,
  y: number,
  width: number,
): void {
  context.font = font;
  context.fillStyle = color;
  context.textAlign = 'left';
  context.fillText(content, x, y, width);
}
