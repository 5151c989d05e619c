import {signal} from '@preact/signals';
import {useEffect, useRef} from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import {busyWith} from '../busy.js';
import {untilLost} from '../conv/backends.js';
import {BENCHES, measureLayer} from '../conv/bench.js';
import type {Row} from '../conv/bench.js';
import {backend, problem} from '../store.js';
import {milliseconds} from '../text/numbers.js';
import {fill, messageOf, text} from '../text/text.js';
import {chartPicture} from './chart_picture.js';
import {Choice} from './controls.js';
import {cssColour, palette} from './theme.js';

const CHOICES = ['few', 'all'] as const;
const bench = signal<(typeof CHOICES)[number]>('few');
const rows = signal<readonly Row[]>([]);
/** The layer that is being measured, and how many there are. */
const current = signal('');
const total = signal(0);
/** The backend of the rows. */
const measuredOn = signal('');

/** The run that goes on: one that was stopped must not add to the next. */
let newest = 0;

async function run(): Promise<void> {
  const [mine, on] = [++newest, backend.value];
  // What another backend would add is of no use.
  const isWanted = (): boolean => mine === newest && backend.peek() === on;
  const layers = BENCHES[bench.value];
  rows.value = [];
  problem.value = '';
  measuredOn.value = on;
  total.value = layers.length;
  for (const layer of layers) {
    current.value = layer.name;
    // A frame in which the page says so: a layer may keep it busy for a while.
    await new Promise(resolve => setTimeout(resolve, 50));
    if (!isWanted()) break;
    try {
      const row = await untilLost(measureLayer(layer, isWanted));
      if (row === undefined || !isWanted()) break;
      rows.value = [...rows.value, row];
    } catch (error) {
      if (isWanted()) problem.value = fill(text.value.failed, `${layer.name}, ${messageOf(error)}`);
    }
  }
  if (mine === newest) current.value = '';
}

function stop(): void {
  newest++;
  current.value = '';
}

const ratio = ({ours, builtin}: Row): number => builtin / ours;

function save(blob: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

function saveJson(): void {
  const report = {
    backend: measuredOn.value,
    userAgent: navigator.userAgent,
    cores: navigator.hardwareConcurrency,
    date: new Date().toISOString(),
    unit: 'ms',
    rows: rows.value,
  };
  save(new Blob([JSON.stringify(report, undefined, 2)], {type: 'application/json'}), 'tfjs-conv-bench.json');
}

/** The plot with its title, and below it what its bars are. */
function savePng(plot: HTMLCanvasElement): void {
  const lines = rows.value.map((row, i) => `${i + 1}  ${row.layer}: ${ratio(row).toFixed(2)}×  (${row.variant})`);
  const picture = chartPicture(plot, [titleOf(), navigator.userAgent], lines, palette.value);
  picture.toBlob(blob => {
    if (blob !== null) save(blob, 'tfjs-conv-bench.png');
  });
}

const titleOf = (): string => `${text.value.benchPlot} (${measuredOn.value})`;

/** Layers of networks, measured one after the other, with a plot. */
export default function BenchPanel() {
  const {
    benchAbout,
    run: start,
    stop: stopping,
    running,
    difference,
    benchLayers,
    benches,
    saveJson: json,
    savePng: png,
    layer,
    ours,
    builtin,
    faster,
    variant,
  } = text.value;
  const plot = useRef<HTMLDivElement>(null);
  const isRunning = current.value !== '';
  const isDone = !isRunning && rows.value.length > 0;
  return (
    <>
      <p>{benchAbout}</p>
      <div class="inline">
        <Choice
          label={benchLayers}
          value={bench.value}
          choices={CHOICES}
          nameOf={name => fill(benches[name], BENCHES[name].length)}
          onChoice={name => {
            bench.value = name;
          }}
        />
        <p class="buttons">
          {isRunning ? (
            <button type="button" class="primary" onClick={stop}>
              {stopping}
            </button>
          ) : (
            <button type="button" class="primary" onClick={() => void busyWith(run())}>
              {start} ({backend.value})
            </button>
          )}
          <button type="button" disabled={!isDone} onClick={saveJson}>
            {json}
          </button>
          <button
            type="button"
            disabled={!isDone}
            onClick={() => {
              const canvas = plot.current?.querySelector('canvas');
              if (canvas instanceof HTMLCanvasElement) savePng(canvas);
            }}
          >
            {png}
          </button>
        </p>
      </div>
      <p role="status" class="note">
        {isRunning && `${running} ${rows.value.length + 1}/${total.value}: ${current.value}`}
      </p>
      {rows.value.length > 0 && (
        <>
          <p class="name">{titleOf()}</p>
          <div ref={plot}>
            <Plot all={rows.value} />
          </div>
          <div class="scroll" tabIndex={0} role="region" aria-label={text.value.panels.bench}>
            <table>
              <thead>
                <tr>
                  <th scope="col">{layer}</th>
                  <th scope="col">{variant}</th>
                  <th scope="col">{ours}</th>
                  <th scope="col">{builtin}</th>
                  <th scope="col">{faster}</th>
                  <th scope="col">{difference}</th>
                </tr>
              </thead>
              <tbody>
                {rows.value.map((row, i) => (
                  <tr key={row.layer}>
                    <th scope="row">
                      <span class="note">{i + 1}</span> {row.layer}
                    </th>
                    <td>
                      <code>{row.variant}</code>
                    </td>
                    <td>{milliseconds(row.ours)}</td>
                    <td>{milliseconds(row.builtin)}</td>
                    <td>
                      <b>{ratio(row).toFixed(1)}</b>
                    </td>
                    <td>{row.difference === 0 ? '0' : row.difference.toExponential(1)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </>
      )}
    </>
  );
}

/** Ratios as bars, on a logarithmic scale. */
function Plot({all}: {readonly all: readonly Row[]}) {
  const place = useRef<HTMLDivElement>(null);
  const {ink, positive, surface} = palette.value;
  const title = titleOf();
  useEffect(() => {
    const parent = place.current;
    if (parent === null) return undefined;
    const axis = {
      font: "12px 'Inter Variable', system-ui, sans-serif",
      stroke: cssColour(ink),
      grid: {stroke: cssColour(ink).replace(')', ' / 0.12)')},
    };
    const chart = new uPlot(
      {
        width: Math.max(280, parent.clientWidth),
        height: 260,
        legend: {show: false},
        cursor: {show: false},
        scales: {
          x: {time: false, range: [-0.6, all.length - 0.4]},
          y: {distr: 3, range: (_, least, most) => [Math.min(0.5, least / 1.2), Math.max(2, most * 1.2)]},
        },
        axes: [
          {
            ...axis,
            grid: {show: false},
            values: (_, ticks) => ticks.map(tick => (Number.isInteger(tick) && all[tick] ? String(tick + 1) : '')),
          },
          {...axis, values: (_, ticks: (number | null)[]) => ticks.map(tick => (tick === null ? '' : `${tick}×`))},
        ],
        series: [
          {},
          {
            fill: cssColour(positive),
            stroke: cssColour(positive),
            points: {show: false},
            // Bars start where both are as fast: slower layers hang below.
            fillTo: 1,
            paths: uPlot.paths.bars?.({size: [0.7, 60]}),
          },
        ],
        hooks: {
          drawClear: [
            u => {
              u.ctx.fillStyle = cssColour(surface);
              u.ctx.fillRect(0, 0, u.ctx.canvas.width, u.ctx.canvas.height);
            },
          ],
        },
      },
      [all.map((_, i) => i), all.map(ratio)],
      parent,
    );
    return () => chart.destroy();
  }, [all, ink, title]);
  return (
    <div
      ref={place}
      role="img"
      aria-label={`${title}: ${all.map(row => `${row.layer} ${ratio(row).toFixed(1)}`).join(', ')}`}
    />
  );
}
