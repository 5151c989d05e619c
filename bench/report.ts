import Table from 'cli-table3';
import type {LayerResult} from './measure.js';

/** Which of our runs is compared, and with which peers: the ratio is the time of the fastest of them over ours. */
export interface Comparison {
  readonly title: string;
  readonly ours: string;
  readonly against: readonly string[];
}

export const geometricMean = (values: readonly number[]): number =>
    Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);

/** How many times as fast as the fastest of the peers we are. */
export function speedup({timings}: LayerResult, {ours, against}: Comparison): number {
  return Math.min(...against.map(name => timings[name].median)) / timings[ours].median;
}

const head = (results: readonly LayerResult[], comparisons: readonly Comparison[]): string[] => [
  'layer', 'variant', ...Object.keys(results[0].timings).map(name => `${name} ms`), 'GFLOP/s', 'of ceiling', 'first call',
  ...comparisons.map(({title}) => title),
];

function rows(results: readonly LayerResult[], comparisons: readonly Comparison[]): string[][] {
  return results.map(result => {
    const {first, gflops, median} = result.timings[comparisons[0].ours];
    return [
      result.layer, result.variant, ...Object.values(result.timings).map(timing => timing.median.toFixed(2)),
      gflops.toFixed(1), `${(100 * gflops / result.ceiling).toFixed(0)} %`, `${(first / median).toFixed(1)}x`,
      ...comparisons.map(comparison => `${speedup(result, comparison).toFixed(2)}x`),
    ];
  });
}

/** A line for each comparison: geometric mean and slowest layer. */
export function summary(results: readonly LayerResult[], comparisons: readonly Comparison[]): string[] {
  return comparisons.map(comparison => {
    const ratios = results.map(result => speedup(result, comparison));
    return `${comparison.ours} against ${comparison.against.join(', ')}: geometric mean ` +
        `${geometricMean(ratios).toFixed(2)}x, slowest layer ${Math.min(...ratios).toFixed(2)}x`;
  });
}

/** The table for the terminal. */
export function terminalTable(results: readonly LayerResult[], comparisons: readonly Comparison[]): string {
  const titles = head(results, comparisons);
  const table = new Table(
      {head: titles, colAligns: titles.map((_, i) => i < 2 ? 'left' : 'right'), style: {head: [], border: []}});
  table.push(...rows(results, comparisons));
  return table.toString();
}

/** The table for a Markdown page. */
export function markdownTable(results: readonly LayerResult[], comparisons: readonly Comparison[]): string {
  const titles = head(results, comparisons);
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    line(titles), line(titles.map((_, i) => i < 2 ? '---' : '---:')), ...rows(results, comparisons).map(line),
  ].join('\n');
}

const escape = (text: string) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;');

/** A bar per layer: the ratio of a comparison, with a line at 1. */
export function plot(results: readonly LayerResult[], comparison: Comparison): string {
  const [left, bar, gap, width] = [270, 18, 8, 430];
  const ratios = results.map(result => speedup(result, comparison));
  const scale = width / Math.max(...ratios, 1);
  const height = 60 + results.length * (bar + gap);
  const bars = results.map((result, i) => {
    const y = 46 + i * (bar + gap);
    const length = (ratios[i] * scale).toFixed(1);
    return `<text x="${left - 8}" y="${y + 13}" text-anchor="end">${escape(result.layer)}</text>` +
        `<rect x="${left}" y="${y}" width="${length}" height="${bar}" fill="#2f6f9f"/>` +
        `<text x="${left + Number(length) + 6}" y="${y + 13}">${ratios[i].toFixed(1)}x</text>`;
  });
  const one = (left + scale).toFixed(1);
  const title = `${comparison.ours}: times as fast as the fastest of ${comparison.against.join(', ')}`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${left + width + 60}" height="${height}" ` +
        'font-family="sans-serif" font-size="12" fill="#222">',
    '<rect width="100%" height="100%" fill="#fff"/>',
    `<text x="24" y="22" font-size="14">${escape(title)}</text>`,
    ...bars,
    `<line x1="${one}" x2="${one}" y1="36" y2="${height - 8}" stroke="#c33" stroke-dasharray="4 3"/>`,
    '</svg>', '',
  ].join('\n');
}
