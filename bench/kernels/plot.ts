import type {Measured} from '../measure.js';
import type {KernelRow} from './rows.js';

/*
 * An SVG of time over the size of the kernel, both in powers of ten and two: one panel for lines, one for squares.
 */

const [LEFT, TOP, WIDTH, HEIGHT, GAP, BOTTOM] = [56, 44, 380, 300, 72, 84];
const COLORS = ['#2f6f9f', '#c0392b', '#e0a458', '#8f6bb0', '#5f8f4f'];

const text = (x: number, y: number, content: string, more = ''): string =>
  `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" ${more}>${content}</text>`;

/** Rows of one kind, with what was measured. */
interface Panel {
  readonly title: string;
  readonly rows: ReadonlyArray<readonly [size: number, measured: Measured]>;
}

/** Lines and squares. */
function panelsOf(rows: readonly KernelRow[], results: readonly Measured[]): Panel[] {
  const measured = rows.map((row, i) => [row, results[i]] as const);
  const panel = (title: string, isLine: boolean): Panel => ({
    title,
    rows: measured
      .filter(([{kernel}]) => (kernel[0] === 1) === isLine)
      .map(([{kernel}, result]) => [kernel[1], result] as const),
  });
  return [
    panel('taps of a line over 48 000 samples', true),
    panel('side of a square over 512x512x3, each channel by itself', false),
  ].filter(one => one.rows.length > 1);
}

/** Powers of ten from the one below some numbers to the one above. */
function decades(values: readonly number[]): number[] {
  const [first, last] = [Math.floor(Math.log10(Math.min(...values))), Math.ceil(Math.log10(Math.max(...values)))];
  return Array.from({length: last - first + 1}, (_, i) => 10 ** (first + i));
}

function drawPanel({title, rows}: Panel, left: number, names: readonly string[], ticks: readonly number[]): string[] {
  const sizes = rows.map(([size]) => size);
  const scaled = (value: number, from: number, to: number) => Math.log(value / from) / Math.log(to / from);
  const x = (size: number) => left + WIDTH * scaled(size, sizes[0], sizes[sizes.length - 1]);
  const y = (ms: number) => TOP + HEIGHT * (1 - scaled(ms, ticks[0], ticks[ticks.length - 1]));
  const grid = ticks.map(
    ms =>
      `<line x1="${left}" x2="${left + WIDTH}" y1="${y(ms).toFixed(1)}" y2="${y(ms).toFixed(1)}" stroke="#ddd"/>` +
      text(left - 6, y(ms) + 4, String(ms), 'text-anchor="end"'),
  );
  const labels = sizes.map(size =>
    text(x(size), TOP + HEIGHT + 16, String(size), 'text-anchor="middle" font-size="10"'),
  );
  const curves = names.flatMap((name, n) => {
    const points = rows
      .filter(([, {timings}]) => name in timings)
      .map(([size, {timings}]) => `${x(size).toFixed(1)},${y(timings[name].median).toFixed(1)}`);
    const color = COLORS[n % COLORS.length];
    return [
      `<polyline points="${points.join(' ')}" fill="none" stroke="${color}" stroke-width="2"/>`,
      ...points.map(
        point => `<circle cx="${point.split(',')[0]}" cy="${point.split(',')[1]}" r="2.5" fill="${color}"/>`,
      ),
    ];
  });
  return [...grid, ...labels, text(left + WIDTH / 2, TOP + HEIGHT + 36, title, 'text-anchor="middle"'), ...curves];
}

/** The SVG of results of as many rows. */
export function plotOverKernels(rows: readonly KernelRow[], results: readonly Measured[]): string {
  const panels = panelsOf(rows, results);
  const names = [...new Set(results.flatMap(({timings}) => Object.keys(timings)))];
  const ticks = decades(results.flatMap(({timings}) => Object.values(timings).map(({median}) => median)));
  const legend = names.map((name, n) => {
    const at = LEFT + n * 170;
    const y = TOP + HEIGHT + 62;
    return (
      `<rect x="${at}" y="${y - 10}" width="12" height="12" fill="${COLORS[n % COLORS.length]}"/>` +
      text(at + 18, y, name)
    );
  });
  const width = LEFT + panels.length * (WIDTH + GAP);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${TOP + HEIGHT + BOTTOM}" ` +
      'font-family="sans-serif" font-size="12" fill="#222">',
    '<rect width="100%" height="100%" fill="#fff"/>',
    text(LEFT, 24, 'Milliseconds over the size of the kernel, one thread', 'font-size="14"'),
    ...panels.flatMap((panel, i) => drawPanel(panel, LEFT + i * (WIDTH + GAP), names, ticks)),
    ...legend,
    '</svg>',
    '',
  ].join('\n');
}
