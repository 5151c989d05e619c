import {signal} from '@preact/signals';
import {Fragment} from 'preact';
import {useEffect} from 'preact/hooks';
import type {Result} from '../conv/compute.js';
import {paintInput} from '../conv/paint.js';
import {play} from '../conv/sound.js';
import {sources} from '../model/axis.js';
import type {Geometry} from '../model/geometry.js';
import {RULES} from '../model/rules.js';
import {isPicture} from '../model/state.js';
import type {State} from '../model/state.js';
import type {Position, Volume} from '../model/window.js';
import {at, inChannel, outChannel, problem, result} from '../store.js';
import {shapeText} from '../text/numbers.js';
import {fill, messageOf, text} from '../text/text.js';
import {NO_MARGINS} from './draw_plane.js';
import type {Margins} from './draw_plane.js';
import {DrawTools} from './draw_tools.js';
import {FilterView, filterTitle} from './filter_view.js';
import {Operand} from './operand.js';
import {Cell, Seen} from './overlay.js';
import {VolumeView} from './volume_view.js';
import type {VolumeViewProps} from './volume_view.js';
import {tapsOf, Wave} from './wave.js';

const isPlaying = signal(false);
/** Whether the pointer paints on the input, and the cell that the keys paint. */
const isDrawing = signal(false);
const inCell = signal<readonly [number, number]>([0, 0]);
/** The section of the input that is shown, of a volume. */
const inSlice = signal(0);
const STEP_MS = 450;

/** Moves what is looked at; the input shows a section that it sees. */
export function moveTo(o: Position): void {
  at.value = o;
  const g = result.value?.passes[0];
  const seen =
    g === undefined ? undefined : sources(g.axes[0], g.transposed, o[0]).find(source => source.at !== undefined);
  if (seen?.at !== undefined) inSlice.value = seen.at;
}

/** The output whose window has this input in its middle, as nearly as may be. */
function outputAt(g: Geometry, cell: readonly number[]): Position {
  const [d, h, w] = g.axes.map((axis, i) => {
    const middle = Math.floor(((axis.kernel - 1) * axis.dilation) / 2);
    const o = g.transposed
      ? cell[i] * axis.stride - axis.padBefore + middle
      : Math.round((cell[i] + axis.padBefore - middle) / axis.stride);
    return Math.min(axis.output - 1, Math.max(0, o));
  });
  return [d, h, w];
}

/** Padding that is drawn around the input of a convolution. */
function marginsOf({axes: [, h, w], transposed}: Geometry): Margins {
  return transposed ? NO_MARGINS : [h.padBefore, w.padBefore, h.padAfter, w.padAfter];
}

/** The position after this one, row by row. */
function nextPosition([d, h, w]: Position, y: Volume): Position {
  const index = ((d * y.height + h) * y.width + w + 1) % (y.depth * y.height * y.width);
  return [Math.floor(index / (y.height * y.width)), Math.floor(index / y.width) % y.height, index % y.width];
}

/** Where each pass makes the output that is looked at: the last one there, those before where the last one looks. */
export function positionsOf({passes}: Result, o: Position): Position[] {
  if (passes.length === 1) return [o];
  const middle = passes[1].axes.map((axis, i) => {
    const seen = sources(axis, false, o[i]).flatMap(source => (source.at === undefined ? [] : [source.at]));
    return seen[Math.floor(seen.length / 2)] ?? 0;
  });
  return [[middle[0], middle[1], middle[2]], o];
}

/** Whether pictures of three channels are shown in their colours. */
const isColour = signal(true);

const colours = (volume: Volume, {input}: State): Pick<VolumeViewProps, 'colour' | 'onColour'> =>
  volume.channels === 3 && isPicture(input) ? {colour: isColour.value, onColour: next => (isColour.value = next)} : {};

/** What lets one paint on the input, which is then one's own. */
function drawing(shown: Result): Pick<VolumeViewProps, 'tools' | 'cell' | 'onCell' | 'onPress'> {
  const tools = (
    <DrawTools
      title={text.value.drawInputHint}
      isDrawing={isDrawing.value}
      onDrawing={next => (isDrawing.value = next)}
    />
  );
  if (!isDrawing.value) return {tools};
  const [x, g] = [shown.volumes[0], shown.passes[0]];
  const all = colours(x, shown.state).colour;
  inCell.value = [Math.min(inCell.peek()[0], x.height - 1), Math.min(inCell.peek()[1], x.width - 1)];
  return {
    tools,
    cell: inCell.value,
    onCell: (h, w) => {
      inCell.value = [h, w];
      moveTo(outputAt(g, [inSlice.value, h, w]));
    },
    onPress: (h, w) => paintInput(x, [inSlice.value, h, w], all ? undefined : inChannel.value),
  };
}

export function Stage() {
  const shown = result.value;
  if (shown === undefined) return <div class="card stage" aria-busy="true" />;
  return (
    <section class="card stage" aria-label={text.value.stage}>
      {shown.state.input === 'sound' ? <Waves shown={shown} /> : <Images shown={shown} />}
    </section>
  );
}

function Images({shown}: {readonly shown: Result}) {
  const {passes, volumes, state} = shown;
  const {input, output, between} = text.value;
  const last = passes.length - 1;
  const y = volumes[volumes.length - 1];
  const positions = positionsOf(shown, at.value);
  return (
    <div class="row">
      <VolumeView
        title={input}
        role="x"
        volume={volumes[0]}
        rank={RULES[state.kind].rank}
        isPicture={isPicture(state.input)}
        groups={passes[0].groups}
        channel={inChannel.value}
        slice={Math.min(inSlice.value, volumes[0].depth - 1)}
        margins={marginsOf(passes[0])}
        onCell={(h, w) => moveTo(outputAt(passes[0], [inSlice.value, h, w]))}
        onChannel={channel => (inChannel.value = channel)}
        onSlice={slice => (inSlice.value = slice)}
        {...colours(volumes[0], state)}
        {...drawing(shown)}
      >
        <Seen g={passes[0]} o={positions[0]} slice={inSlice.value} />
        {isDrawing.value && <Cell row={inCell.value[0]} column={inCell.value[1]} kind="here" />}
      </VolumeView>
      {passes.map((g, pass) => (
        <Fragment key={pass}>
          <Operand sign="∗">
            <FilterView
              result={shown}
              pass={pass}
              title={filterTitle(pass, passes.length)}
              channel={pass === 0 ? inChannel.value : 0}
              output={pass === last ? outChannel.value : Math.min(inChannel.value, g.outChannels - 1)}
            />
          </Operand>
          {pass < last && (
            <Operand sign="=">
              <VolumeView
                title={between}
                role="middle"
                volume={volumes[1]}
                rank={RULES[state.kind].rank}
                isPicture={false}
                groups={1}
                channel={Math.min(inChannel.value, volumes[1].channels - 1)}
                slice={0}
                margins={marginsOf(passes[1])}
                onChannel={channel => (inChannel.value = Math.min(channel, volumes[0].channels - 1))}
                onSlice={() => undefined}
              >
                <Seen g={passes[1]} o={positions[1]} slice={0} />
              </VolumeView>
            </Operand>
          )}
        </Fragment>
      ))}
      <Operand sign="=">
        {' '}
        <VolumeView
          title={output}
          role="y"
          volume={y}
          rank={RULES[state.kind].rank}
          isPicture={isPicture(state.input)}
          groups={passes[last].groups}
          channel={outChannel.value}
          slice={at.value[0]}
          cell={[at.value[1], at.value[2]]}
          onCell={(h, w) => moveTo([at.value[0], h, w])}
          onChannel={channel => (outChannel.value = channel)}
          onSlice={slice => moveTo([slice, at.value[1], at.value[2]])}
          {...colours(y, state)}
        >
          <Cell row={at.value[1]} column={at.value[2]} kind="here" />
        </VolumeView>
      </Operand>
    </div>
  );
}

function listenTo(volume: Volume): void {
  play(volume).catch(error => (problem.value = fill(text.value.failed, messageOf(error))));
}

/** A sound: its waves one below the other, and what plays them. */
function Waves({shown}: {readonly shown: Result}) {
  const [x, y] = shown.volumes;
  const {input, output, listenInput, listenOutput, listen} = text.value;
  const sample = at.value[2];
  return (
    <div class="waves">
      <figure class="volume role-x">
        <figcaption>
          <span class="name">{input}</span>
          <button type="button" class="quiet" aria-label={listenInput} onClick={() => listenTo(x)}>
            ♪ {listen}
          </button>
        </figcaption>
        <Wave label={input} volume={x} channel={0} marks={tapsOf(shown.passes[0].axes[2], sample)} />
      </figure>
      <FilterView result={shown} pass={0} title={text.value.filter} channel={0} output={0} />
      <figure class="volume role-y" data-shape={shapeText([y.width, y.channels])}>
        <figcaption>
          <span class="name">{output}</span>
          <button type="button" class="quiet" aria-label={listenOutput} onClick={() => listenTo(y)}>
            ♪ {listen}
          </button>
        </figcaption>
        <Wave
          label={output}
          volume={y}
          channel={outChannel.value}
          marks={[sample]}
          sample={sample}
          onSample={w => moveTo([0, 0, w])}
        />
      </figure>
    </div>
  );
}

/** Lets the window slide by itself. */
export function PlayButton() {
  const {play: start, pause} = text.value;
  useEffect(() => {
    if (!isPlaying.value) return undefined;
    const timer = setInterval(() => {
      const y = result.peek()?.volumes.at(-1);
      if (y !== undefined) moveTo(nextPosition(at.peek(), y));
    }, STEP_MS);
    return () => clearInterval(timer);
  }, [isPlaying.value]);
  return (
    <button
      type="button"
      class="quiet"
      aria-pressed={isPlaying.value}
      onClick={() => (isPlaying.value = !isPlaying.value)}
    >
      <span aria-hidden="true">{isPlaying.value ? '❚❚' : '▶'}</span> {isPlaying.value ? pause : start}
    </button>
  );
}
