/** Figures as a table and as a plot. */
import type {Figures} from './measure.js';

/** Slow models are told apart by tenths. */
const rate = ({perSecond}: Figures): string => perSecond.toFixed(perSecond < 100 ? 1 : 0);

const COLUMNS: readonly (readonly [string, (figures: Figures) => string])[] = [
  ['server', ({title}) => title],
  ['requests/s', rate],
  ['p50 ms', ({p50Ms}) => p50Ms.toFixed(0)],
  ['p99 ms', ({p99Ms}) => p99Ms.toFixed(0)],
  ['rows/batch', ({rowsPerBatch}) => rowsPerBatch.toFixed(1)],
  ['MiB', ({residentMib}) => residentMib.toFixed(0)],
  ['failed', ({failed}) => String(failed)],
];

/** A table of Markdown. */
export function table(rows: readonly Figures[]): string {
  const cells = [COLUMNS.map(([title]) => title), ...rows.map(row => COLUMNS.map(([, text]) => text(row)))];
  const widths = COLUMNS.map((_, column) => Math.max(...cells.map(line => line[column].length)));
  const lines = cells.map(
    line => `| ${line.map((text, i) => (i === 0 ? text.padEnd(widths[i]) : text.padStart(widths[i]))).join(' | ')} |`,
  );
  const rule = `| ${widths.map((width, i) => (i === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`;
  return [lines[0], rule, ...lines.slice(1)].join('\n');
}

const [WIDTH, ROW, LABELS, TOP] = [900, 34, 290, 60];

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/** A bar for each server. */
export function plot(rows: readonly Figures[], subtitle: string): string {
  const height = TOP + rows.length * ROW + 20;
  const most = Math.max(1, ...rows.map(({perSecond}) => perSecond));
  const bars = rows.map((row, i) => {
    const {title, perSecond, p99Ms} = row;
    const y = TOP + i * ROW;
    const width = (perSecond / most) * (WIDTH - LABELS - 190);
    const fill = title.includes('stock') ? '#9aa4b5' : '#1769c0';
    return [
      `<text x="${LABELS - 10}" y="${y + 19}" text-anchor="end">${escaped(title)}</text>`,
      `<rect x="${LABELS}" y="${y + 4}" width="${width.toFixed(1)}" height="${ROW - 12}" fill="${fill}"/>`,
      `<text x="${LABELS + width + 8}" y="${y + 19}">${rate(row)} requests/s, p99 ${p99Ms.toFixed(0)} ms</text>`,
    ].join('');
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="13" fill="#222">`,
    `<rect width="${WIDTH}" height="${height}" fill="#fff"/>`,
    `<text x="16" y="26" font-size="16">Throughput of one server</text>`,
    `<text x="16" y="45" fill="#5b6472">${escaped(subtitle)}</text>`,
    ...bars,
    '</svg>\n',
  ].join('\n');
}
