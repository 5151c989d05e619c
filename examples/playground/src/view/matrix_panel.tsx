import {signal} from '@preact/signals';
import {useMemo} from 'preact/hooks';
import type {Result} from '../conv/compute.js';
import {matrixFacts, matrixOf, matrixSizes} from '../conv/matrix.js';
import {RULES} from '../model/rules.js';
import {indexOf} from '../model/window.js';
import type {Volume} from '../model/window.js';
import {at, backend, outChannel, resultBelow} from '../store.js';
import {shapeText} from '../text/numbers.js';
import {fill, text} from '../text/text.js';
import {LabelledPlane, planeOf} from './labelled_plane.js';
import {Operand} from './operand.js';
import {Plane} from './plane.js';
import {scaleOf} from './theme.js';
import type {Scale} from './theme.js';
import {useAsync} from './use_async.js';

const step = signal(0);
const STEPS = [0, 1, 2, 3] as const;

/** Cells of matrices and columns are at least this wide. */
const LEAST = 24;

function transposeOf({values, height, width, ...rest}: Volume): Volume {
  const transposed = new Float32Array(values.length);
  for (let row = 0, i = 0; row < height; row++) {
    for (let column = 0; column < width; column++) transposed[column * height + row] = values[i++];
  }
  return {...rest, height: width, width: height, values: transposed};
}

/** What is shown of a matrix: it has up to a million numbers, which are gone over once. */
function seenOf(matrix: Volume): {matrix: Volume; zeros: number; scale: Scale} {
  let zeros = 0;
  for (const value of matrix.values) if (value === 0) zeros++;
  return {matrix, zeros, scale: scaleOf(matrix.values, false)};
}

const asColumn = ({values}: Volume): Volume => planeOf(values, 1);

/** The matrix of the convolution, and how an output comes from it in four steps. */
export default function MatrixPanel() {
  const shown = resultBelow.value;
  const sizes = shown && matrixSizes(shown.state);
  const isShown = shown !== undefined && sizes !== undefined;
  const made = useAsync(
    () => (isShown ? matrixOf(shown.state).then(seenOf) : undefined),
    [isShown ? matrixFacts(shown.state) : undefined, backend.value],
  );
  const {matrixAbout, matrixOnly, matrixSize} = text.value;
  if (!isShown) return <p class="note">{matrixOnly}</p>;
  // That of the state before may have other sizes.
  if (made?.matrix.height !== sizes[0] || made.matrix.width !== sizes[1]) return <p aria-busy="true">…</p>;
  const {matrix, zeros, scale} = made;
  return (
    <>
      <p>{matrixAbout}</p>
      <p class="result">
        {fill(matrixSize, matrix.height, matrix.width, ((100 * zeros) / matrix.values.length).toFixed(0))}
      </p>
      <Steps shown={shown} matrix={matrix} scale={scale} />
    </>
  );
}

/** What each step shows: the matrix from the second on beside the input, then the product. */
function Steps({shown, matrix, scale}: {readonly shown: Result; readonly matrix: Volume; readonly scale: Scale}) {
  const {rank, transposed: isTransposed} = RULES[shown.state.kind];
  const [x, y] = [shown.volumes[0], shown.volumes[shown.volumes.length - 1]];
  const {steps, stepTitles, stepTexts, step: stepOf, next, previous, input, output} = text.value;
  const texts = isTransposed ? stepTexts.transposed : stepTexts.forward;
  const current = step.value;
  const kernel = Array.from({length: rank}, () => shown.state.kernel);
  const isFlipped = isTransposed && current >= 2;
  const seen = useMemo(() => (isFlipped ? transposeOf(matrix) : matrix), [matrix, isFlipped]);
  const sizes = ({depth, height, width, channels}: Volume): string =>
    shapeText([...[depth, height, width].slice(3 - rank), ...(channels > 1 ? [channels] : [])]);
  const values = [shapeText(kernel), matrix.height, matrix.width, sizes(x), sizes(y)];
  const [g, filter] = [shown.passes[0], shown.filters[0]];
  const isOnePlane = g.inChannels === 1 && g.outChannels === 1 && g.axes[0].kernel === 1;
  const theMatrix = <Matrix name={isFlipped ? 'Cᵀ' : 'C'} matrix={seen} scale={scale} />;
  return (
    <div class="steps">
      <h3>{steps}</h3>
      <ol>
        {STEPS.map(i => (
          <li key={i} aria-current={i === current ? 'step' : undefined}>
            <button type="button" class="quiet" onClick={() => (step.value = i)}>
              {stepTitles[i]}
            </button>
          </li>
        ))}
      </ol>
      <p role="status">
        <b>{fill(stepOf, current + 1)}</b> {fill(texts[current], ...values)}
      </p>
      <div class="row matrix">
        {current === 0 && isOnePlane ? (
          <>
            <LabelledPlane name={text.value.filter} role="w" volume={planeOf(filter.values, g.axes[2].kernel)} />
            <Operand sign="→">{theMatrix}</Operand>
          </>
        ) : (
          theMatrix
        )}
        {current >= 1 && <LabelledPlane name={`${input} ↓`} role="x" volume={asColumn(x)} least={LEAST} />}
        {current >= 2 && (
          <Operand sign="=">
            <LabelledPlane name={`${output} ↓`} role="y" volume={asColumn(y)} least={LEAST} />
          </Operand>
        )}
        {current >= 3 && (
          <Operand sign="→">
            <LabelledPlane name={output} role="y" volume={y} slice={at.value[0]} least={LEAST} />
          </Operand>
        )}
      </div>
      <p class="pager">
        <button type="button" disabled={current === 0} onClick={() => step.value--}>
          ← {previous}
        </button>
        <button type="button" disabled={current === 3} onClick={() => step.value++}>
          {next} →
        </button>
      </p>
    </div>
  );
}

/** The matrix, with the row (or, transposed, the column) of the output that is looked at. */
function Matrix({name, matrix, scale}: {readonly name: string; readonly matrix: Volume; readonly scale: Scale}) {
  const y = resultBelow.value?.volumes.at(-1);
  if (y === undefined) return null;
  const index = indexOf(y, at.value, outChannel.value);
  const isRow = y.values.length === matrix.height;
  return (
    <figure class="volume role-w">
      <figcaption>
        <span class="name">{name}</span>{' '}
        <span class="shape">
          {matrix.height}×{matrix.width}
        </span>
      </figcaption>
      <div class="scroll" tabIndex={0} role="region" aria-label={name}>
        <Plane view={{volume: matrix, least: LEAST}} scale={scale} label={name}>
          {isRow ? (
            <rect
              class="mark window"
              x="0"
              y={index}
              width={matrix.width}
              height="1"
              vector-effect="non-scaling-stroke"
            />
          ) : (
            <rect
              class="mark window"
              x={index}
              y="0"
              width="1"
              height={matrix.height}
              vector-effect="non-scaling-stroke"
            />
          )}
        </Plane>
      </div>
    </figure>
  );
}
