import {useRef} from 'preact/hooks';
import {short} from '../text/numbers.js';
import {fill, text} from '../text/text.js';
import {colourOf, cssColour, palette} from './theme.js';

interface FilterGridProps {
  readonly label: string;
  /** Rows of the plane. */
  readonly rows: readonly (readonly number[])[];
  /** Largest size of any number of the filter. */
  readonly most: number;
  readonly onChange: (row: number, column: number, value: number) => void;
  /** What dragging over the numbers sets them to; undefined while they are only typed. */
  readonly brush?: number;
}

/** As many columns as there are, smaller where the page is narrow. */
export const gridColumns = (columns: number) => ({'--columns': String(columns)});

/** Long numbers are written smaller. */
export const cellClass = (value: number): string => (short(value).length > 4 ? 'cell long' : 'cell');

/** Numbers of a filter, to be typed or drawn. */
export function FilterGrid({label, rows, most, onChange, brush}: FilterGridProps) {
  const isDown = useRef(false);
  const colour = (value: number) => ({
    background: cssColour(colourOf(value, {kind: 'signed', most}, palette.value, 0.62)),
  });
  const paint = (row: number, column: number): void => {
    if (brush !== undefined) onChange(row, column, brush);
  };
  /** A finger keeps to the cell on which it went down, so the cell is looked up where the finger is. */
  function drag(event: PointerEvent): void {
    if (!isDown.current || brush === undefined) return;
    const cell = document.elementFromPoint(event.clientX, event.clientY);
    if (cell instanceof HTMLInputElement && cell.dataset.cell !== undefined) {
      const [row, column] = cell.dataset.cell.split(',').map(Number);
      paint(row, column);
    }
  }
  return (
    <div
      class={`grid${brush === undefined ? '' : ' drawing'}`}
      role="group"
      aria-label={label}
      style={gridColumns(rows[0].length)}
      onPointerDown={event => {
        isDown.current = true;
        if (brush !== undefined) event.preventDefault();
        drag(event);
      }}
      onPointerMove={drag}
      onPointerUp={() => (isDown.current = false)}
      onPointerLeave={() => (isDown.current = false)}
    >
      {rows.map((row, r) =>
        row.map((value, c) => (
          <input
            key={`${r},${c}`}
            class={cellClass(value)}
            type="text"
            inputMode="decimal"
            data-cell={`${r},${c}`}
            aria-label={fill('{0} {1}, {2}', text.value.filter, r + 1, c + 1)}
            value={short(value)}
            style={colour(value)}
            onFocus={event => event.currentTarget.select()}
            onChange={event => {
              const typed = Number(event.currentTarget.value.replace('−', '-').replace(',', '.'));
              if (Number.isFinite(typed)) onChange(r, c, typed);
              else event.currentTarget.value = short(value);
            }}
          />
        )),
      )}
    </div>
  );
}
