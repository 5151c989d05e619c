import type {TargetedKeyboardEvent} from 'preact';
import {useLayoutEffect, useRef, useState} from 'preact/hooks';
import {fill, text} from '../text/text.js';
import {planeOf, saidWith} from './labelled_plane.js';
import {cellAt, Plane, STEPS} from './plane.js';
import type {Scale} from './theme.js';
import {useTyped} from './use_typed.js';

/** Width of a cell of a filter. */
const CELL = 44;

interface FilterPlaneProps {
  readonly label: string;
  /** The numbers of the filter, and which of them are shown. */
  readonly values: Float32Array;
  readonly places: readonly (readonly number[])[];
}

const viewOf = ({values, places}: FilterPlaneProps) => {
  const shown = places.flat().map(index => values[index]);
  return {volume: planeOf(shown, places[0].length), most: CELL};
};

/** The same for all planes of a filter. */
const filterScale = (values: Float32Array): Scale => ({
  kind: 'signed',
  most: values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0) || 1,
});

/** Numbers of a filter, to be looked at. */
export function FilterPlane(props: FilterPlaneProps) {
  const view = viewOf(props);
  return <Plane view={view} scale={filterScale(props.values)} label={saidWith(props.label, view.volume)} />;
}

interface FilterGridProps extends FilterPlaneProps {
  readonly onChange: (index: number, value: number) => void;
  /** What dragging over the numbers sets them to; undefined while they are only typed. */
  readonly brush: number | undefined;
}

/** The number that somebody typed; undefined where it is none. */
function typedNumber(typed: string): number | undefined {
  const value = Number(typed.replace('−', '-').replace(',', '.'));
  return typed.trim() === '' || !Number.isFinite(Math.fround(value)) ? undefined : value;
}

/** Whether an arrow key leaves a text field rather than goes on within it. */
function leaves(key: string, {selectionStart: from, selectionEnd: to, value}: HTMLInputElement): boolean {
  if (key === 'ArrowUp' || key === 'ArrowDown') return true;
  if (from === 0 && to === value.length) return true;
  return from === to && from === (key === 'ArrowLeft' ? 0 : value.length);
}

/** Numbers of a filter, to be typed or drawn: one field, which goes to the number that is clicked, or that arrow keys reach. */
export function FilterGrid(props: FilterGridProps) {
  const {label, values, places, onChange, brush} = props;
  const field = useRef<HTMLInputElement>(null);
  const [chosen, setChosen] = useState<readonly [number, number]>([0, 0]);
  const view = viewOf(props);
  const [rows, columns] = [places.length, places[0].length];
  const [row, column] = [Math.min(chosen[0], rows - 1), Math.min(chosen[1], columns - 1)];
  const index = places[row][column];
  const written = String(Number(values[index].toPrecision(6)));
  const {shown, type, end} = useTyped(written);
  // The focus comes anew, so that screen readers say which number it is.
  useLayoutEffect(() => {
    if (document.activeElement !== field.current) return;
    field.current?.blur();
    field.current?.focus();
  }, [chosen]);

  function take(field: HTMLInputElement): void {
    const value = typedNumber(field.value);
    if (value !== undefined && field.value !== written) onChange(index, value);
    end();
  }

  function onKeyDown(event: TargetedKeyboardEvent<HTMLInputElement>): void {
    const step = STEPS[event.key];
    if (step === undefined || !leaves(event.key, event.currentTarget)) return;
    const [r, c] = [row + step[0], column + step[1]];
    event.preventDefault();
    if (r < 0 || c < 0 || r >= rows || c >= columns) return;
    take(event.currentTarget);
    setChosen([r, c]);
  }

  return (
    <div
      class={brush === undefined ? 'grid' : 'grid drawing'}
      role="group"
      aria-label={label}
      onClick={event => {
        if (brush !== undefined || event.target === field.current) return;
        setChosen(cellAt(event, event.currentTarget, view));
        field.current?.focus();
      }}
    >
      <Plane
        view={view}
        scale={filterScale(values)}
        label={saidWith(label, view.volume)}
        onPress={brush === undefined ? undefined : (r, c) => onChange(places[r][c], brush)}
      />
      <input
        ref={field}
        class="typed"
        style={{
          left: `${(100 * column) / columns}%`,
          top: `${(100 * row) / rows}%`,
          width: `${100 / columns}%`,
          height: `${100 / rows}%`,
        }}
        type="text"
        inputMode="decimal"
        aria-label={fill('{0} {1}, {2}', text.value.filter, row + 1, column + 1)}
        title={text.value.gridHint}
        value={shown}
        onInput={event => type(event.currentTarget.value)}
        onFocus={event => event.currentTarget.select()}
        onKeyDown={onKeyDown}
        onChange={event => take(event.currentTarget)}
        onBlur={event => take(event.currentTarget)}
      />
    </div>
  );
}
