import type {Result} from '../conv/compute.js';
import type {Geometry} from '../model/geometry.js';
import {indexOf, sumOf, termsOf} from '../model/window.js';
import type {Position, Term} from '../model/window.js';
import {at, inChannel, inside, outChannel, resultBelow} from '../store.js';
import {short} from '../text/numbers.js';
import {fill, text} from '../text/text.js';
import {planeOf} from './labelled_plane.js';
import {Operand} from './operand.js';
import {Plane} from './plane.js';
import {PlayButton, positionsOf} from './stage.js';
import {scaleOf} from './theme.js';

/** Products that are written out. */
const MOST = 18;

const place = ([d, h, w]: Position, channel: number, {axes}: Geometry): string =>
  `[${[...(axes[0].input > 1 ? [d] : []), ...(axes[1].input > 1 || axes[1].output > 1 ? [h] : []), w, channel].join(', ')}]`;

/** The products at the position that is looked at, their sum, and the formula with its numbers. */
export function AtPosition() {
  const shown = resultBelow.value;
  if (shown === undefined) return null;
  const last = shown.volumes[shown.volumes.length - 1];
  // What is looked at may already be of the result to come.
  const o = inside(at.value, last);
  const positions = positionsOf(shown, o);
  return (
    <section class="card position" aria-labelledby="position-title">
      <header>
        <h2 id="position-title">
          {fill(text.value.atThis, place(o, outputOf(shown, shown.passes.length - 1), shown.passes[0]))}
        </h2>
        <PlayButton />
      </header>
      {shown.passes.map((_, pass) => (
        <Pass key={pass} shown={shown} pass={pass} o={positions[pass]} output={outputOf(shown, pass)} />
      ))}
    </section>
  );
}

/** The channel that a pass makes: the one that is looked at, or, before the last pass, the one that it then takes. */
const outputOf = ({passes}: Result, pass: number): number =>
  Math.min(pass === passes.length - 1 ? outChannel.value : inChannel.value, passes[pass].outChannels - 1);

interface PassProps {
  readonly shown: Result;
  readonly pass: number;
  readonly o: Position;
  readonly output: number;
}

function Pass({shown, pass, o, output}: PassProps) {
  const [g, x, filter] = [shown.passes[pass], shown.volumes[pass], shown.filters[pass]];
  const terms = termsOf(g, x, filter.values, o, output);
  const channels = [...new Set(terms.map(({channel}) => channel))];
  const seen = channels.includes(inChannel.value) ? inChannel.value : channels[0];
  const isPoint = g.axes.every(({kernel}) => kernel === 1);
  const sum = sumOf(terms);
  const {takesPart, comesFrom, channelSums} = text.value;
  const present = terms.filter(term => term.at !== undefined);
  return (
    <div class="pass">
      {pass > 0 && <h3>{text.value.secondPass}</h3>}
      {!isPoint && g.axes[0].kernel === 1 && <Tables g={g} terms={terms.filter(({channel}) => channel === seen)} />}
      <Formula
        terms={present}
        sum={sum}
        output={shown.volumes[pass + 1].values[indexOf(shown.volumes[pass + 1], o, output)]}
        isLive={pass === shown.passes.length - 1}
      />
      {channels.length > 1 && !isPoint && (
        <p class="sums">
          {channelSums}{' '}
          {channels.map((channel, i) => (
            <span key={channel}>
              {i > 0 && ' + '}
              <span class={`chip-number${channel === seen ? ' seen' : ''}`}>
                {short(sumOf(terms.filter(term => term.channel === channel)))}
              </span>
            </span>
          ))}{' '}
          = <b>{short(sum)}</b>
        </p>
      )}
      <p class="note">
        {g.transposed
          ? fill(comesFrom, present.length, x.values.length)
          : fill(takesPart, terms.length, terms.length - present.length)}
      </p>
    </div>
  );
}

/** Width of a cell of a table. */
const CELL = 36;

/** Window, filter and products as tables side by side. */
function Tables({g, terms}: {readonly g: Geometry; readonly terms: readonly Term[]}) {
  const {window, filter, product} = text.value;
  const table = (title: string, role: string, value: (term: Term) => number) => {
    const volume = planeOf(terms.map(value), g.axes[2].kernel);
    return (
      <figure class={`mini role-${role}`}>
        <figcaption class="name">{title}</figcaption>
        <Plane
          view={{volume, most: CELL, isThere: cell => terms[cell].at !== undefined}}
          scale={scaleOf(volume.values, false)}
          label={title}
        />
      </figure>
    );
  };
  return (
    <div class="tables" aria-hidden="true">
      {table(window, 'x', ({x}) => x)}
      <Operand sign="×">{table(filter, 'w', ({weight}) => weight)}</Operand>
      <Operand sign="=">{table(product, 'y', ({x, weight}) => x * weight)}</Operand>
    </div>
  );
}

interface FormulaProps {
  readonly terms: readonly Term[];
  readonly sum: number;
  /** The same as the library computed it. */
  readonly output: number;
  readonly isLive: boolean;
}

/** The sum written out. */
function Formula({terms, sum, output, isLive}: FormulaProps) {
  const shown = terms.slice(0, MOST);
  return (
    <p class="formula" aria-live={isLive ? 'polite' : 'off'} aria-atomic="true">
      {shown.map(({x, weight}, i) => (
        <span key={i}>
          {i > 0 && ' + '}
          <span class="term">
            <span class="x">{short(x)}</span>·<span class="w">{weight < 0 ? `(${short(weight)})` : short(weight)}</span>
          </span>
        </span>
      ))}
      {terms.length > MOST && ` ${fill(text.value.more, terms.length - MOST)}`}
      {terms.length === 0 && '0'}{' '}
      <span class="term">
        {'= '}
        <b class="y" data-sum={sum} data-output={output}>
          {short(sum)}
        </b>
      </span>
    </p>
  );
}
