/** Panels of the contact sheet made of pictures: one, two halves, or tiles. */
import type {Canvas, SKRSContext2D} from '@napi-rs/canvas';
import {FONT} from '../font.js';

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Panel {
  readonly title: string;
  readonly subtitle: string;
  readonly draw: (context: SKRSContext2D, box: Box) => void;
}

export interface Tile {
  readonly image: Canvas;
  readonly label?: string;
}

export const INK = '#1f2933';
export const MUTED = '#6b7684';
export const ACCENT = '#c2512f';
export const COOL = '#2b6a94';
export const PAPER = '#ffffff';

const GAP = 4;
/** An enlarged picture may be this much larger than its box and is trimmed, rather than shown at half the size. */
const TRIM = 0.03;

export function imagePanel(title: string, subtitle: string, image: Canvas): Panel {
  return {title, subtitle, draw: (context, box) => drawImage(context, image, box)};
}

/** The left half of one picture beside the right half of another. */
export function halvesPanel(title: string, subtitle: string, left: Tile, right: Tile): Panel {
  return {
    title,
    subtitle,
    draw: (context, box) => {
      const middle = Math.round(box.width / 2);
      const half = {...box, x: box.x + middle, width: box.width - middle};
      drawImage(context, left.image, box);
      clipped(context, half, () => drawImage(context, right.image, box));
      context.fillStyle = PAPER;
      context.fillRect(half.x - GAP / 2, box.y, GAP, box.height);
      drawLabel(context, left.label, box);
      drawLabel(context, right.label, half);
    },
  };
}

/** Tiles in rows of `columns`, with even gaps. */
export function tilesPanel(title: string, subtitle: string, columns: number, tiles: readonly Tile[]): Panel {
  const rows = Math.ceil(tiles.length / columns);
  return {
    title,
    subtitle,
    draw: (context, box) => {
      context.fillStyle = PAPER;
      context.fillRect(box.x, box.y, box.width, box.height);
      tiles.forEach(({image, label}, i) => {
        const cell = gridCell(box, columns, rows, i);
        drawLabel(context, label, drawImage(context, image, cell));
      });
    },
  };
}

/** The edges are rounded, not the sizes, so that the tiles together fill the box to the pixel. */
function gridCell(box: Box, columns: number, rows: number, i: number): Box {
  const edge = (start: number, length: number, count: number, k: number): number =>
    start + Math.round((k * (length + GAP)) / count);
  const [x, right] = [i % columns, (i % columns) + 1].map(k => edge(box.x, box.width, columns, k)) as [number, number];
  const row = Math.floor(i / columns);
  const [y, bottom] = [row, row + 1].map(k => edge(box.y, box.height, rows, k)) as [number, number];
  return {x, y, width: right - x - GAP, height: bottom - y - GAP};
}

/** Whole, centred: smooth when made smaller, in whole crisp pixels when made larger. Returns what it covers of the box. */
function drawImage(context: SKRSContext2D, image: Canvas, box: Box): Box {
  const fit = Math.min(box.width / image.width, box.height / image.height);
  const scale = fit + TRIM < 1 ? fit : Math.max(1, Math.floor(fit + TRIM * fit));
  const [width, height] = [Math.round(image.width * scale), Math.round(image.height * scale)];
  const [left, top] = [Math.round((box.width - width) / 2), Math.round((box.height - height) / 2)];
  clipped(context, box, () => {
    context.imageSmoothingEnabled = scale < 1;
    context.imageSmoothingQuality = 'high';
    context.drawImage(image, box.x + left, box.y + top, width, height);
  });
  const [x, y] = [Math.max(left, 0), Math.max(top, 0)];
  return {x: box.x + x, y: box.y + y, width: box.width - 2 * x, height: box.height - 2 * y};
}

/** White on a dark band, readable on any picture. */
function drawLabel(context: SKRSContext2D, label: string | undefined, box: Box): void {
  if (label === undefined) return;
  context.font = `12px "${FONT}"`;
  const width = context.measureText(label).width + 12;
  context.fillStyle = 'rgba(20, 26, 33, 0.72)';
  context.fillRect(box.x, box.y + box.height - 20, width, 20);
  context.fillStyle = 'white';
  context.textAlign = 'left';
  context.fillText(label, box.x + 6, box.y + box.height - 7);
}

function clipped(context: SKRSContext2D, box: Box, draw: () => void): void {
  context.save();
  context.beginPath();
  context.rect(box.x, box.y, box.width, box.height);
  context.clip();
  draw();
  context.restore();
}
