import type {Axis} from '../model/axis.js';
import {sources} from '../model/axis.js';
import type {Geometry} from '../model/geometry.js';
import type {Position} from '../model/window.js';

/** A cell that is marked, in units of cells. */
export function Cell({row, column, kind}: {readonly row: number; readonly column: number; readonly kind: string}) {
  return (
    <g class="move" style={{transform: `translate(${column}px, ${row}px)`}}>
      <rect class={`mark ${kind}`} width="1" height="1" rx="0.1" vector-effect="non-scaling-stroke" />
    </g>
  );
}

const spanOf = ({kernel, dilation}: Axis): number => (kernel - 1) * dilation + 1;

/** Taps along an axis that lie on one slice of the input. */
const reaches = (axis: Axis, transposed: boolean, o: number, slice: number): boolean =>
  sources(axis, transposed, o).some(({at}) => at === slice);

/** The window of a convolution on its input: an outline that slides, and its taps. */
function SlidingWindow({axes: [, height, width], o}: {readonly axes: Geometry['axes']; readonly o: Position}) {
  const [row, column] = [o[1] * height.stride - height.padBefore, o[2] * width.stride - width.padBefore];
  const taps = Array.from({length: height.kernel * width.kernel}, (_, i) => [
    Math.floor(i / width.kernel),
    i % width.kernel,
  ]);
  const isDense = height.dilation === 1 && width.dilation === 1;
  return (
    <g class="move" style={{transform: `translate(${column}px, ${row}px)`}}>
      <rect
        class="mark window"
        width={spanOf(width)}
        height={spanOf(height)}
        rx="0.12"
        vector-effect="non-scaling-stroke"
      />
      {!isDense &&
        taps.map(([h, w]) => (
          <rect
            key={`${h},${w}`}
            class="mark tap"
            x={w * width.dilation}
            y={h * height.dilation}
            width="1"
            height="1"
            rx="0.1"
            vector-effect="non-scaling-stroke"
          />
        ))}
    </g>
  );
}

/** The inputs that an output of a transposed convolution comes from. */
function Origins({axes: [, height, width], o}: {readonly axes: Geometry['axes']; readonly o: Position}) {
  return (
    <>
      {sources(height, true, o[1]).flatMap(h =>
        sources(width, true, o[2]).map(w =>
          h.at === undefined || w.at === undefined ? null : (
            <rect
              key={`${h.at},${w.at}`}
              class="mark window"
              x={w.at}
              y={h.at}
              width="1"
              height="1"
              rx="0.1"
              vector-effect="non-scaling-stroke"
            />
          ),
        ),
      )}
    </>
  );
}

/** What output o of a pass sees on a slice of its input. */
export function Seen({g, o, slice}: {readonly g: Geometry; readonly o: Position; readonly slice: number}) {
  if (!reaches(g.axes[0], g.transposed, o[0], slice)) return null;
  return g.transposed ? <Origins axes={g.axes} o={o} /> : <SlidingWindow axes={g.axes} o={o} />;
}
