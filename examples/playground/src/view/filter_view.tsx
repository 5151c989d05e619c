import {signal} from '@preact/signals';
import type {Result} from '../conv/compute.js';
import {chosenFilter} from '../model/filters.js';
import type {Filter} from '../model/filters.js';
import type {Geometry} from '../model/geometry.js';
import {weightIndex} from '../model/window.js';
import {change, state} from '../store.js';
import {shapeText} from '../text/numbers.js';
import {text} from '../text/text.js';
import {brush, DrawTools} from './draw_tools.js';
import {FilterGrid} from './filter_grid.js';
import {planeOf, saidWith} from './labelled_plane.js';
import {Plane} from './plane.js';

const isDrawing = signal(false);

/** Filters of 1x1 show their input channels as a column. */
const isPointwise = ({axes}: Geometry): boolean => axes.every(({kernel}) => kernel === 1);

/** The rows of a filter that are shown, one plane for each depth, and where each number is. */
export function planesOf(g: Geometry, channel: number, output: number): number[][][] {
  const [{kernel: kd}, {kernel: kh}, {kernel: kw}] = g.axes;
  const ins = g.inChannels / g.groups;
  const first = Math.floor(output / (g.outChannels / g.groups)) * ins;
  const range = (count: number): number[] => Array.from({length: count}, (_, i) => i);
  if (isPointwise(g)) return [range(ins).map(i => [weightIndex(g, [0, 0, 0], first + i, output)])];
  const seen = channel >= first && channel < first + ins ? channel : first;
  return range(kd).map(d => range(kh).map(h => range(kw).map(w => weightIndex(g, [d, h, w], seen, output))));
}

interface FilterPlaneProps {
  readonly label: string;
  /** The numbers of the filter, and which of them are shown. */
  readonly values: Float32Array;
  readonly places: readonly (readonly number[])[];
}

/** Width of a cell of a filter. */
const CELL = 44;

const mostOf = (values: Float32Array): number =>
  values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0) || 1;

/** Numbers of a filter, to be looked at. */
export function FilterPlane({label, values, places}: FilterPlaneProps) {
  const volume = planeOf(
    places.flat().map(index => values[index]),
    places[0].length,
  );
  return (
    <Plane view={{volume, most: CELL}} scale={{kind: 'signed', most: mostOf(values)}} label={saidWith(label, volume)} />
  );
}

interface FilterViewProps {
  readonly result: Result;
  /** Which pass it belongs to. */
  readonly pass: number;
  readonly title: string;
  readonly channel: number;
  readonly output: number;
}

/** A filter of the stage; that which one chooses can be typed and drawn. */
export function FilterView({result, pass, title, channel, output}: FilterViewProps) {
  const [g, filter]: [Geometry, Filter] = [result.passes[pass], result.filters[pass]];
  const isEditable = pass === 0 && result.state.kind !== 'spatial';
  const {drawHint} = text.value;
  const set = (index: number, value: number): void => {
    const values = [...chosenFilter(state.value).values];
    values[index] = value;
    change({filter: 'typed', values});
  };
  return (
    <figure class="volume role-w">
      <figcaption>
        <span class="name">{title}</span> <span class="shape">{shapeText(filter.shape)}</span>
      </figcaption>
      <div class="slices">
        {planesOf(g, channel, output).map((plane, d) =>
          isEditable ? (
            <FilterGrid
              key={d}
              label={`${title} ${shapeText(filter.shape)}`}
              rows={plane.map(row => row.map(index => filter.values[index]))}
              most={mostOf(filter.values)}
              brush={isDrawing.value ? brush.value : undefined}
              onChange={(row, column, value) => set(plane[row][column], value)}
            />
          ) : (
            <FilterPlane key={d} label={title} values={filter.values} places={plane} />
          ),
        )}
      </div>
      {isEditable && (
        <DrawTools title={drawHint} isDrawing={isDrawing.value} onDrawing={next => (isDrawing.value = next)} />
      )}
    </figure>
  );
}

export const filterTitle = (pass: number, passes: number): string =>
  passes === 1 ? text.value.filter : pass === 0 ? text.value.firstFilter : text.value.secondFilter;
