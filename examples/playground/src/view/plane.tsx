import type {ComponentChildren} from 'preact';
import {useEffect, useRef} from 'preact/hooks';
import {fill, text} from '../text/text.js';
import {CELLS_FROM, cellSize, columnsOf, drawPlane, NO_MARGINS, rowsOf} from './draw_plane.js';
import type {PlaneView} from './draw_plane.js';
import {fonts, palette} from './theme.js';
import type {Scale} from './theme.js';
import {drawWhenSeen, watch} from './when_seen.js';

interface PlaneProps {
  readonly view: PlaneView;
  readonly scale: Scale;
  readonly label: string;
  /** What lies on the cells, in units of cells. */
  readonly children?: ComponentChildren;
  /** The cell that the arrow keys move, and what is done with a cell; the padding is not a cell. */
  readonly cell?: readonly [number, number];
  readonly onCell?: (row: number, column: number) => void;
  /** Enter and space on the cell, and the pointer going down or being dragged on it. */
  readonly onPress?: (row: number, column: number, isDrag: boolean) => void;
}

/** Planes of more cells than these are pictures. */
const MOST_VALUES = 256;

export const STEPS: {readonly [key: string]: readonly [number, number]} = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

/** The numbers that are drawn on the cells, as text: a canvas keeps them to itself. */
function valuesOf({volume, slice = 0, channel = 0}: PlaneView): string | undefined {
  const {height, width, channels, values} = volume;
  if (height * width > MOST_VALUES) return undefined;
  const first = slice * height * width;
  return Array.from({length: height * width}, (_, i) => values[(first + i) * channels + channel]).join(' ');
}

/** The cell of a plane at a place of the screen, or the nearest one. */
export function cellAt({clientX, clientY}: MouseEvent, plane: Element, view: PlaneView): [row: number, column: number] {
  const {left, top, width, height} = plane.getBoundingClientRect();
  const [above, before] = view.margins ?? NO_MARGINS;
  const inside = (value: number, end: number): number => Math.min(end - 1, Math.max(0, Math.floor(value)));
  return [
    inside(((clientY - top) / height) * rowsOf(view) - above, view.volume.height),
    inside(((clientX - left) / width) * columnsOf(view) - before, view.volume.width),
  ];
}

/** A plane of values: a canvas, an overlay, pointer and keys. */
export function Plane({view, scale, label, children, cell, onCell, onPress}: PlaneProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const isDown = useRef(false);
  const [rows, columns, size] = [rowsOf(view), columnsOf(view), cellSize(view)];
  const {margins = NO_MARGINS} = view;
  const [top, left] = margins;
  const colours = palette.value;
  useEffect(() => (canvas.current === null ? undefined : watch(canvas.current)), []);
  useEffect(() => {
    const place = canvas.current;
    if (place !== null) drawWhenSeen(place, () => drawPlane(place, view, scale, colours));
  }, [view.volume, view.slice, view.channel, view.colour, ...margins, scale.kind, scale.most, colours, fonts.value]);

  function point(event: PointerEvent, press: boolean, isDrag: boolean): void {
    const [r, c] = cellAt(event, event.currentTarget as HTMLElement, view);
    onCell?.(r, c);
    if (press) onPress?.(r, c, isDrag);
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (cell === undefined) return;
    const step = STEPS[event.key];
    if (step !== undefined && onCell !== undefined) {
      const [r, c] = [cell[0] + step[0], cell[1] + step[1]];
      if (r >= 0 && c >= 0 && r < view.volume.height && c < view.volume.width) onCell(r, c);
      event.preventDefault();
    } else if (onPress !== undefined && (event.key === 'Enter' || event.key === ' ')) {
      onPress(cell[0], cell[1], false);
      event.preventDefault();
    }
  }

  const isActive = onCell !== undefined;
  const hasKeys = isActive && cell !== undefined;
  const hint = hasKeys ? `. ${onPress === undefined ? text.value.planeHint : text.value.paintHint}` : '';
  return (
    <div
      class={`plane${isActive ? ' active' : ''}${onPress === undefined ? '' : ' paint'}`}
      style={{
        width: `calc(${columns * size}px * var(--plane-scale, 1))`,
        maxWidth: view.least === undefined ? '100%' : 'none',
        aspectRatio: `${columns} / ${rows}`,
      }}
      role={hasKeys ? 'application' : 'img'}
      data-values={valuesOf(view)}
      aria-label={`${label}, ${fill('{0}×{1}', view.volume.height, view.volume.width)}${hint}`}
      tabIndex={hasKeys ? 0 : undefined}
      onKeyDown={onKeyDown}
      onPointerDown={event => {
        isDown.current = true;
        event.currentTarget.setPointerCapture(event.pointerId);
        point(event, true, false);
      }}
      onPointerMove={event => {
        if (isDown.current || (isActive && event.pointerType === 'mouse')) point(event, isDown.current, true);
      }}
      onPointerUp={() => (isDown.current = false)}
      onPointerCancel={() => (isDown.current = false)}
    >
      <canvas ref={canvas} class={size < CELLS_FROM ? 'pixels' : ''} aria-hidden="true" />
      <svg viewBox={`${-left} ${-top} ${columns} ${rows}`} preserveAspectRatio="none" aria-hidden="true">
        {children}
      </svg>
    </div>
  );
}
