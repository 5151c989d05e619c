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
import {FilterGrid, FilterPlane} from './filter_grid.js';

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
  const {drawHint, slice} = text.value;
  const planes = planesOf(g, channel, output);
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
        {planes.map((places, d) => {
          const label = planes.length === 1 ? title : `${title}, ${slice} ${d + 1}`;
          return isEditable ? (
            <FilterGrid
              key={d}
              label={label}
              values={filter.values}
              places={places}
              brush={isDrawing.value ? brush.value : undefined}
              onChange={set}
            />
          ) : (
            <FilterPlane key={d} label={label} values={filter.values} places={places} />
          );
        })}
      </div>
      {isEditable && (
        <DrawTools title={drawHint} isDrawing={isDrawing.value} onDrawing={next => (isDrawing.value = next)} />
      )}
    </figure>
  );
}

export const filterTitle = (pass: number, passes: number): string =>
  passes === 1 ? text.value.filter : pass === 0 ? text.value.firstFilter : text.value.secondFilter;
