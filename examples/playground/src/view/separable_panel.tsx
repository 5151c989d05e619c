import * as tf from '@tensorflow/tfjs-core';
import {separateFilter} from 'tfjs-conv';
import {chosenFilter} from '../model/filters.js';
import {RULES} from '../model/rules.js';
import type {State} from '../model/state.js';
import {change, state} from '../store.js';
import {fill, text} from '../text/text.js';
import {FilterGrid} from './filter_grid.js';

interface Separated {
  readonly filter: number[][];
  readonly column: number[][];
  readonly row: number[][];
  readonly approximation: number[][];
  /** Relative errors of the ranks from 1 on. */
  readonly errors: readonly number[];
}

const rowsOf = (values: ArrayLike<number>, width: number): number[][] =>
  Array.from({length: values.length / width}, (_, r) =>
    Array.from({length: width}, (_unused, c) => values[r * width + c]),
  );

/** The plane of the filter as pairs of a column and a row. */
function separate(s: State, rank: number): Separated {
  const {kernel} = s;
  const {values} = chosenFilter({...s, kind: 'conv2d', channels: 1, filters: 1, groups: 1});
  return tf.tidy(() => {
    const {columnFilter, rowFilter, singularValues} = separateFilter(tf.tensor2d(values, [kernel, kernel]), {rank});
    const [column, row] = [columnFilter.dataSync<'float32'>(), rowFilter.dataSync<'float32'>()];
    const sumFrom = (first: number): number => singularValues.slice(first).reduce((sum, value) => sum + value ** 2, 0);
    const approximation = Float32Array.from(values, (_, i) => {
      const [r, c] = [Math.floor(i / kernel), i % kernel];
      let sum = 0;
      for (let m = 0; m < rank; m++) sum += column[r * rank + m] * row[m + c * rank];
      return sum;
    });
    const rowPlane = Array.from({length: rank}, (_, m) =>
      Array.from({length: kernel}, (_unused, c) => row[c * rank + m]),
    );
    return {
      filter: rowsOf(values, kernel),
      column: rowsOf(column, rank),
      row: rowPlane,
      approximation: rowsOf(approximation, kernel),
      errors: singularValues.map((_, i) => (sumFrom(0) === 0 ? 0 : Math.sqrt(sumFrom(i + 1) / sumFrom(0)))),
    };
  });
}

const mostOf = (rows: number[][]): number =>
  rows.flat().reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;

/** A filter, its best approximation of each rank, and the error. */
export default function SeparablePanel() {
  const s = state.value;
  const {separableAbout, separableOnly, rankOf, original, approximation, columnFilter, rowFilter, errorOf, costOf} =
    text.value;
  if (RULES[s.kind].rank !== 2 || s.kernel < 2) return <p class="note">{separableOnly}</p>;
  const rank = Math.min(s.rank, s.kernel);
  const made = separate(s, rank);
  const choose = (next: number): void => change({kind: 'spatial', rank: next});
  return (
    <>
      <p>{separableAbout}</p>
      <div class="inline">
        <div class="slider">
          <label for="rank">{fill(rankOf, rank, s.kernel)}</label>
          <input
            id="rank"
            type="range"
            min="1"
            max={s.kernel}
            value={rank}
            onInput={e => choose(Number(e.currentTarget.value))}
          />
        </div>
        <p class="result" role="status">
          {fill(
            text.value.both,
            fill(errorOf, (100 * made.errors[rank - 1]).toFixed(made.errors[rank - 1] < 0.001 ? 0 : 1)),
            fill(costOf, 2 * rank * s.kernel, s.kernel ** 2),
          )}
        </p>
      </div>
      <div class="row">
        <Named name={original} rows={made.filter} />
        <span class="operator" aria-hidden="true">
          ≈
        </span>
        <Named name={approximation} rows={made.approximation} />
        <span class="operator" aria-hidden="true">
          =
        </span>
        <Named name={columnFilter} rows={made.column} />
        <span class="operator" aria-hidden="true">
          ×
        </span>
        <Named name={rowFilter} rows={made.row} />
      </div>
      {made.errors[0] > 0.001 && <ErrorCurve errors={made.errors} rank={rank} />}
    </>
  );
}

function Named({name, rows}: {readonly name: string; readonly rows: number[][]}) {
  return (
    <figure class="volume role-w">
      <figcaption class="name">{name}</figcaption>
      <FilterGrid label={name} rows={rows} most={mostOf(rows)} />
    </figure>
  );
}

/** The error over the rank. */
function ErrorCurve({errors, rank}: {readonly errors: readonly number[]; readonly rank: number}) {
  const [width, height] = [360, 120];
  const x = (i: number): number => 24 + (i * (width - 40)) / Math.max(1, errors.length - 1);
  const y = (error: number): number => 12 + (1 - error / Math.max(errors[0], 0.01)) * (height - 40);
  const points = errors.map((error, i) => `${x(i)},${y(error)}`).join(' ');
  return (
    <figure class="curve">
      <figcaption class="name">{text.value.error}</figcaption>
      <svg
        viewBox={`0 0 ${width} ${height}`}
        role="img"
        aria-label={`${text.value.error}: ${errors.map(error => `${(100 * error).toFixed(1)} %`).join(', ')}`}
      >
        <line class="axis" x1="16" x2={width - 8} y1={height - 26} y2={height - 26} />
        <polyline class="line" points={points} />
        {errors.map((error, i) => (
          <g key={i}>
            <circle class={i === rank - 1 ? 'dot here' : 'dot'} cx={x(i)} cy={y(error)} r={i === rank - 1 ? 6 : 3.5} />
            <text x={x(i)} y={height - 8} text-anchor="middle">
              {i + 1}
            </text>
          </g>
        ))}
      </svg>
    </figure>
  );
}
