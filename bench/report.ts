import Table from 'cli-table3';
import type {LayerResult} from './measure.js';

export const geometricMean = (values: readonly number[]): number =>
    Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);

/** How many times as fast as the fastest other peer the first one is. */
export function speedup({timings}: LayerResult, ours: string): number {
  const others = Object.entries(timings).filter(([name]) => name !== ours).map(([, {median}]) => median);
  return Math.min(...others) / timings[ours].median;
}

const HEAD = (peers: readonly string[]): string[] =>
    ['layer', 'variant', ...peers.map(name => `${name} ms`), 'GFLOP/s', 'first call', 'ratio'];

function rows(results: readonly LayerResult[], ours: string): string[][] {
  return results.map(result => {
    const {first, gflops, median} = result.timings[ours];
    return [
      result.layer, result.variant, ...Object.values(result.timings).map(timing => timing.median.toFixed(2)),
      gflops.toFixed(1), `${(first / median).toFixed(1)}x`, `${speedup(result, ours).toFixed(2)}x`,
    ];
  });
}

/** The table for the terminal. */
export function terminalTable(results: readonly LayerResult[], ours: string): string {
  const head = HEAD(Object.keys(results[0].timings));
  const table = new Table({head, colAligns: head.map((_, i) => i < 2 ? 'left' : 'right'), style: {head: [], border: []}});
  table.push(...rows(results, ours));
  return table.toString();
}

/** The table for a Markdown page. */
export function markdownTable(results: readonly LayerResult[], ours: string): string {
  const head = HEAD(Object.keys(results[0].timings));
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    line(head), line(head.map((_, i) => i < 2 ? '---' : '---:')), ...rows(results, ours).map(line),
  ].join('\n');
}

const escape = (text: string) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;');

/** A bar per layer: the ratio to the fastest other peer, with a line at 1. */
export function plot(results: readonly LayerResult[], ours: string): string {
  const [left, bar, gap, width] = [270, 18, 8, 430];
  const ratios = results.map(result => speedup(result, ours));
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
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${left + width + 60}" height="${height}" ` +
        'font-family="sans-serif" font-size="12" fill="#222">',
    '<rect width="100%" height="100%" fill="#fff"/>',
    `<text x="${left}" y="22" font-size="14">${escape(ours)}: times as fast as the fastest other</text>`,
    ...bars,
    `<line x1="${one}" x2="${one}" y1="36" y2="${height - 8}" stroke="#c33" stroke-dasharray="4 3"/>`,
    '</svg>', '',
  ].join('\n');
}
