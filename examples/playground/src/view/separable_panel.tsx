import {useMemo} from 'preact/hooks';
import * as tf from '@tensorflow/tfjs-core';
import {separateFilter} from 'tfjs-conv';
import {chosenFilter} from '../model/filters.js';
import {RULES} from '../model/rules.js';
import type {State} from '../model/state.js';
import type {Volume} from '../model/window.js';
import {change, resultBelow, state} from '../store.js';
import {fill, text} from '../text/text.js';
import {Operand} from './operand.js';
import {LabelledPlane, planeOf} from './labelled_plane.js';

interface Separated {
  readonly filter: Volume;
  readonly column: Volume;
  readonly row: Volume;
  readonly approximation: Volume;
  /** Relative errors of the ranks from 1 on. */
  readonly errors: readonly number[];
}

const isSeparable = ({kind, kernel}: State): boolean => RULES[kind].rank === 2 && kernel > 1;

/** The plane of the filter as pairs of a column and a row. */
function separate(s: State): Separated {
  const {kernel, rank} = s;
  const {values} = chosenFilter({...s, kind: 'conv2d', channels: 1, filters: 1, groups: 1});
  // Both have a number for each place of the kernel and each pair.
  const {column, row, singularValues} = tf.tidy(() => {
    const made = separateFilter(tf.tensor2d(values, [kernel, kernel]), {rank});
    return {
      column: made.columnFilter.dataSync<'float32'>(),
      row: made.rowFilter.dataSync<'float32'>(),
      singularValues: [...made.singularValues],
    };
  });
  const product = (r: number, c: number): number => {
    let sum = 0;
    for (let m = 0; m < rank; m++) sum += column[r * rank + m] * row[c * rank + m];
    return sum;
  };
  const sumFrom = (first: number): number => singularValues.slice(first).reduce((sum, value) => sum + value ** 2, 0);
  return {
    filter: planeOf(values, kernel),
    column: planeOf(column, rank),
    row: planeOf(
      row.map((_, i) => row[(i % kernel) * rank + Math.floor(i / kernel)]),
      kernel,
    ),
    approximation: planeOf(
      values.map((_, i) => product(Math.floor(i / kernel), i % kernel)),
      kernel,
    ),
    errors: singularValues.map((_, i) => (sumFrom(0) === 0 ? 0 : Math.sqrt(sumFrom(i + 1) / sumFrom(0)))),
  };
}

/** A filter, its best approximation of each rank, and the error. */
export default function SeparablePanel() {
  const s = state.value;
  const below = resultBelow.value?.state ?? s;
  const made = useMemo(() => (isSeparable(below) ? separate(below) : undefined), [below]);
  const {separableAbout, separableOnly, rankOf, original, approximation, columnFilter, rowFilter, errorOf, costOf} =
    text.value;
  if (made === undefined) return <p class="note">{separableOnly}</p>;
  const error = made.errors[below.rank - 1];
  const choose = (next: number): void => change({kind: 'spatial', rank: next});
  return (
    <>
      <p>{separableAbout}</p>
      <div class="inline">
        <div class="slider">
          <label for="rank">{fill(rankOf, s.rank, s.kernel)}</label>
          <input
            id="rank"
            type="range"
            min="1"
            max={s.kernel}
            value={s.rank}
            onInput={e => choose(Number(e.currentTarget.value))}
          />
        </div>
        <p class="result" role="status">
          {fill(
            text.value.both,
            fill(errorOf, (100 * error).toFixed(error < 0.001 ? 0 : 1)),
            fill(costOf, 2 * below.rank * below.kernel, below.kernel ** 2),
          )}
        </p>
      </div>
      <div class="row">
        <LabelledPlane name={original} role="w" volume={made.filter} />
        <Operand sign="≈">
          <LabelledPlane name={approximation} role="w" volume={made.approximation} />
        </Operand>
        <Operand sign="=">
          <LabelledPlane name={columnFilter} role="w" volume={made.column} />
        </Operand>
        <Operand sign="×">
          <LabelledPlane name={rowFilter} role="w" volume={made.row} />
        </Operand>
      </div>
      {made.errors[0] > 0.001 && <ErrorCurve errors={made.errors} rank={below.rank} />}
    </>
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
