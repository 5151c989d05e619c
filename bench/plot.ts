import {speedup, speedups} from './compare.js';
import type {Comparison} from './compare.js';
import type {Measured} from './measure.js';

const escape = (text: string) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;');

/** SVG: a bar for each result that has the comparison, as long as the ratio, with a line at 1. */
export function plot(measured: readonly Measured[], comparison: Comparison): string {
  const [left, bar, gap, width] = [270, 18, 8, 430];
  const results = measured.filter(result => speedup(result, comparison) !== null);
  const ratios = speedups(results, comparison);
  const scale = width / Math.max(...ratios, 1);
  const height = 60 + results.length * (bar + gap);
  const bars = results.map((result, i) => {
    const y = 46 + i * (bar + gap);
    const length = (ratios[i] * scale).toFixed(1);
    return `<text x="${left - 8}" y="${y + 13}" text-anchor="end">${escape(result.name)}</text>` +
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
