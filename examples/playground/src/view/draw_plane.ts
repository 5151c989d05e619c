import type {Volume} from '../model/window.js';
import {short} from '../text/numbers.js';
import {colourOf, cssColour, fonts} from './theme.js';
import type {Palette, Scale} from './theme.js';

/** Which part of a volume is drawn, with how many cells of padding around it. */
export interface PlaneView {
  readonly volume: Volume;
  readonly slice?: number;
  readonly channel?: number;
  readonly margins?: Margins;
  /** Whether three channels are drawn as red, green and blue, where cells are pixels. */
  readonly colour?: boolean;
  /** Cells are at least this wide where there are at most 64 of them side by side: matrices are scrolled. */
  readonly least?: number;
  /** Cells are at most this wide. */
  readonly most?: number;
  /** Whether a cell, counted row by row, has a number; default: all have. */
  readonly isThere?: (cell: number) => boolean;
}

/** Cells of padding on each side. */
export type Margins = readonly [top: number, left: number, bottom: number, right: number];

export const NO_MARGINS: Margins = [0, 0, 0, 0];

export const rowsOf = ({volume, margins: [top, , bottom] = NO_MARGINS}: PlaneView): number =>
  volume.height + top + bottom;
export const columnsOf = ({volume, margins: [, left, , right] = NO_MARGINS}: PlaneView): number =>
  volume.width + left + right;

/** Narrower cells are single pixels, which the browser enlarges. */
export const CELLS_FROM = 14;

/** Cells are large enough for numbers from here on, in CSS pixels. */
const NUMBERS_FROM = 20;

/** Width of a plane, and of the cells of a small one, in CSS pixels. */
const [MOST, MOST_CELL] = [300, 52];

/** Width of a cell in CSS pixels: planes are about as large whatever they hold. */
export function cellSize(view: PlaneView): number {
  const cells = Math.max(rowsOf(view), columnsOf(view));
  const size = cells <= 16 ? Math.min(view.most ?? MOST_CELL, Math.floor(MOST / cells)) : MOST / cells;
  return cells <= 64 ? Math.max(size, view.least ?? 0) : size;
}

/** A cell of padding, or of none of a table. */
const ABSENT = null;

/** The value of a cell. */
function valueAt(
  {volume, slice = 0, channel = 0, margins: [top, left] = NO_MARGINS, isThere}: PlaneView,
  row: number,
  column: number,
): number | typeof ABSENT {
  const {values, height, width, channels} = volume;
  const [h, w] = [row - top, column - left];
  if (h < 0 || w < 0 || h >= height || w >= width) return ABSENT;
  if (isThere?.(h * width + w) === false) return ABSENT;
  return values[((slice * height + h) * width + w) * channels + channel];
}

/** Steps of a table of colours, on each side of 0. */
const STEPS = 256;

/** A pixel of a colour, its bytes in the order in which this device has them in a number. */
function pixelOf(colour: readonly number[]): number {
  return new Uint32Array(Uint8ClampedArray.of(...colour, 255).buffer)[0];
}

const tables: {[kind in Scale['kind']]?: {readonly palette: Palette; readonly table: Uint32Array}} = {};

/** The pixels of values from -most to most: a picture has more pixels than colours. */
function tableOf({kind}: Scale, palette: Palette): Uint32Array {
  const kept = tables[kind];
  if (kept?.palette === palette) return kept.table;
  const table = Uint32Array.from({length: 2 * STEPS + 1}, (_, i) =>
    pixelOf(colourOf((i - STEPS) / STEPS, {kind, most: 1}, palette, 1)),
  );
  tables[kind] = {palette, table};
  return table;
}

/** What each canvas has on its cells, and all else of their look: only cells that change are drawn anew. */
const drawn = new WeakMap<
  HTMLCanvasElement,
  {readonly look: string; readonly palette: Palette; readonly cells: (number | typeof ABSENT | undefined)[]}
>();

/** Pixels, one a cell, which the browser enlarges. */
function drawPixels(canvas: HTMLCanvasElement, view: PlaneView, scale: Scale, palette: Palette): void {
  drawn.delete(canvas);
  const [rows, columns] = [rowsOf(view), columnsOf(view)];
  const {volume, slice = 0, channel = 0, margins: [top, left] = NO_MARGINS, colour = false} = view;
  const {values, height, width, channels} = volume;
  if (canvas.width !== columns) canvas.width = columns;
  if (canvas.height !== rows) canvas.height = rows;
  const context = canvas.getContext('2d');
  if (context === null) return;
  const image = context.createImageData(columns, rows);
  const {data} = image;
  const pixels = new Uint32Array(data.buffer);
  const [table, padding] = [tableOf(scale, palette), pixelOf(palette.padding)];
  const steps = STEPS / scale.most;
  // Composites have 0 in the middle of each colour where there are values below it.
  const [factor, zero] = scale.kind === 'grey' ? [255 / scale.most, 0] : [127 / scale.most, 128];
  if (rows > height || columns > width) pixels.fill(padding);
  for (let h = 0; h < height; h++) {
    let at = (h + top) * columns + left;
    let from = (slice * height + h) * width * channels;
    for (let w = 0; w < width; w++, at++, from += channels) {
      if (colour) {
        for (let c = 0; c < 3; c++) data[4 * at + c] = values[from + c] * factor + zero;
        data[4 * at + 3] = 255;
      } else {
        const step = Math.round(values[from + channel] * steps);
        pixels[at] = table[Math.min(STEPS, Math.max(-STEPS, step)) + STEPS];
      }
    }
  }
  context.putImageData(image, 0, 0);
}

/** About the width of a number, in digits. */
const widthOf = (label: string): number => Math.max(1, label.length - (label.includes('.') ? 0.5 : 0));

const fontOf = (pixels: number): string => `500 ${pixels.toFixed(1)}px 'Inter Variable', system-ui, sans-serif`;

/** Cells with their numbers. */
function drawCells(canvas: HTMLCanvasElement, view: PlaneView, scale: Scale, palette: Palette, size: number): void {
  const [rows, columns] = [rowsOf(view), columnsOf(view)];
  const context = canvas.getContext('2d');
  if (context === null) return;
  const ratio = devicePixelRatio;
  const [width, height] = [Math.round(columns * size * ratio), Math.round(rows * size * ratio)];
  const look = [rows, columns, size, ratio, scale.kind, scale.most, fonts.peek()].join(' ');
  const before = drawn.get(canvas);
  const isSame = before?.look === look && before.palette === palette;
  const cells = isSame ? before.cells : [];
  if (!isSame) drawn.set(canvas, {look, palette, cells});
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  const ink = cssColour(palette.ink);
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.strokeStyle = `${ink.slice(0, -1)} / 0.1)`;
  // The padding is zeros.
  const absent = view.isThere === undefined ? '0' : '·';
  for (let row = 0, i = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++, i++) {
      const value = valueAt(view, row, column);
      if (Object.is(cells[i], value)) continue;
      cells[i] = value;
      const [x, y] = [column * size, row * size];
      const label = value === ABSENT ? absent : short(value);
      context.clearRect(x, y, size, size);
      context.fillStyle = cssColour(value === ABSENT ? palette.padding : colourOf(value, scale, palette, 0.62));
      context.beginPath();
      context.roundRect(x + 0.75, y + 0.75, size - 1.5, size - 1.5, Math.min(5, size / 7));
      context.fill();
      context.stroke();
      if (size < NUMBERS_FROM) continue;
      context.font = fontOf(Math.min(15, size * 0.4, (size * 1.3) / widthOf(label)));
      context.fillStyle = value === ABSENT ? `${ink.slice(0, -1)} / 0.45)` : ink;
      context.fillText(label, x + size / 2, y + size / 2 + 0.5);
    }
  }
}

export function drawPlane(canvas: HTMLCanvasElement, view: PlaneView, scale: Scale, palette: Palette): void {
  const size = cellSize(view);
  if (size < CELLS_FROM) drawPixels(canvas, view, scale, palette);
  else drawCells(canvas, view, scale, palette, size);
}
