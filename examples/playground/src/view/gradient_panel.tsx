import {signal} from '@preact/signals';
import {useEffect} from 'preact/hooks';
import {gradientsAt} from '../conv/gradients.js';
import {indexOf} from '../model/window.js';
import type {Volume} from '../model/window.js';
import {at, inChannel, outChannel, resultBelow} from '../store.js';
import {fill, text} from '../text/text.js';
import {FilterPlane} from './filter_grid.js';
import {planesOf} from './filter_view.js';
import {Cell} from './overlay.js';
import {Plane} from './plane.js';
import {scaleOf} from './theme.js';
import {useAsync} from './use_async.js';
import {Slider} from './volume_view.js';

/** The gradient that is painted, as large as the output. */
const dy = signal<Volume | undefined>(undefined);
const cell = signal<readonly [number, number]>([0, 0]);
/** The section of dx that is shown, of a volume. */
const dxSlice = signal(0);

const like = (y: Volume, value: (index: number) => number): Volume => ({
  ...y,
  values: Float32Array.from(y.values, (_, index) => value(index)),
});

const isLike = (a: Volume, b: Volume): boolean =>
  a.depth === b.depth && a.height === b.height && a.width === b.width && a.channels === b.channels;

/** A brush that is about as wide on a picture as on numbers. */
function painted(from: Volume, row: number, column: number, isDrag: boolean): Volume {
  const slice = Math.min(at.peek()[0], from.depth - 1);
  const radius = from.width > 32 ? 4 : 0;
  const values = from.values.slice();
  const here = indexOf(from, [slice, row, column], outChannel.peek());
  const value = !isDrag && values[here] !== 0 ? 0 : 1;
  for (let r = Math.max(0, row - radius); r <= Math.min(from.height - 1, row + radius); r++) {
    for (let c = Math.max(0, column - radius); c <= Math.min(from.width - 1, column + radius); c++) {
      values[indexOf(from, [slice, r, c], outChannel.peek())] = value;
    }
  }
  return {...from, values};
}

/** A gradient that one paints, and what it gives: dx and dfilter. */
export default function GradientPanel() {
  const shown = resultBelow.value;
  const isShown = shown !== undefined && shown.state.input !== 'sound';
  const y = shown?.volumes.at(-1);
  useEffect(() => {
    if (!isShown || y === undefined) return;
    if (dy.value !== undefined && isLike(dy.value, y)) return;
    cell.value = [Math.floor(y.height / 2), Math.floor(y.width / 2)];
    dy.value = painted(
      like(y, () => 0),
      cell.value[0],
      cell.value[1],
      false,
    );
  }, [y, isShown]);
  const given = dy.value;
  const made = useAsync(() => {
    if (!isShown || y === undefined || given === undefined || !isLike(given, y)) return undefined;
    return gradientsAt(shown.state, shown.volumes[0], y, given.values).then(gradients => ({...gradients, shown}));
  }, [given, shown]);
  const {gradientAbout, gradientOnly, clear, fill: all} = text.value;
  if (!isShown || y === undefined) return <p class="note">{gradientOnly}</p>;
  return (
    <>
      <p>{gradientAbout}</p>
      <div class="row">
        {given !== undefined && isLike(given, y) && (
          <figure class="volume role-y">
            <figcaption>
              <span class="name">dy</span>
              <button type="button" class="quiet" onClick={() => (dy.value = like(y, () => 0))}>
                {clear}
              </button>
              <button type="button" class="quiet" onClick={() => (dy.value = like(y, () => 1))}>
                {all}
              </button>
            </figcaption>
            <Plane
              view={{
                volume: given,
                channel: outChannel.value,
                slice: Math.min(at.value[0], given.depth - 1),
              }}
              scale={{kind: 'signed', most: 1}}
              label="dy"
              cell={cell.value}
              onCell={(row, column) => (cell.value = [row, column])}
              onPress={(row, column, isDrag) => (dy.value = painted(dy.value ?? given, row, column, isDrag))}
            >
              <Cell row={cell.value[0]} column={cell.value[1]} kind="here" />
            </Plane>
            {given.depth > 1 && (
              <Slider
                label={fill(text.value.labelled, 'dy', text.value.slice)}
                most={given.depth - 1}
                value={at.value[0]}
                onValue={slice => (at.value = [slice, at.value[1], at.value[2]])}
              />
            )}
          </figure>
        )}
        {made !== undefined && <Made made={made} />}
      </div>
    </>
  );
}

interface MadeProps {
  readonly made: Awaited<ReturnType<typeof gradientsAt>> & {readonly shown: NonNullable<typeof resultBelow.value>};
}

function Made({made: {dx, dfilters, shown}}: MadeProps) {
  const slice = Math.min(dxSlice.value, dx.depth - 1);
  return (
    <>
      <figure class="volume role-x">
        <figcaption>
          <span class="name">dx</span>
        </figcaption>
        <Plane
          view={{volume: dx, channel: Math.min(inChannel.value, dx.channels - 1), slice}}
          scale={scaleOf(dx.values, false)}
          label="dx"
        />
        {dx.depth > 1 && (
          <Slider
            label={fill(text.value.labelled, 'dx', text.value.slice)}
            most={dx.depth - 1}
            value={slice}
            onValue={next => (dxSlice.value = next)}
          />
        )}
      </figure>
      {dfilters.map((values, pass) => (
        <figure key={pass} class="volume role-w">
          <figcaption>
            <span class="name">dfilter{dfilters.length > 1 ? ` ${pass + 1}` : ''}</span>
          </figcaption>
          <div class="slices">
            {planesOf(
              shown.passes[pass],
              pass === 0 ? inChannel.value : 0,
              Math.min(outChannel.value, shown.passes[pass].outChannels - 1),
            ).map((plane, d) => (
              <FilterPlane key={d} label="dfilter" values={values} places={plane} />
            ))}
          </div>
        </figure>
      ))}
    </>
  );
}
