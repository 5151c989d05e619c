import {speedup} from './compare.js';
import type {Comparison} from './compare.js';
import type {Measured} from './measure.js';

/** Results under one title, for example of one Node. */
export interface Series {
  readonly title: string;
  readonly results: readonly Measured[];
}

const [LEFT, WIDTH, RIGHT, BAR, GAP, TOP] = [270, 430, 60, 11, 9, 66];
const COLORS = ['#2f6f9f', '#6ba3c8', '#e0a458', '#8f6bb0'];

const escape = (text: string) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;');
const text = (x: number, y: number, content: string, more = '') =>
  `<text x="${x}" y="${y}" ${more}>${escape(content)}</text>`;

/** SVG: a bar for each result and series that has the comparison, as long as the ratio, with a line at 1. */
export function plot(series: readonly Series[], comparison: Comparison): string {
  const ratioOf = (name: string, {results}: Series): number | null => {
    const result = results.find(one => one.name === name);
    return result === undefined ? null : speedup(result, comparison);
  };
  const names = [...new Set(series.flatMap(({results}) => results.map(({name}) => name)))];
  const ratios = names.flatMap(name => series.map(one => ratioOf(name, one) ?? 0));
  const scale = WIDTH / Math.max(...ratios, 1);
  const step = series.length * BAR + GAP;
  const bars = names.flatMap((name, n) => [
    text(LEFT - 8, TOP + n * step + (series.length * BAR) / 2 + 4, name, 'text-anchor="end"'),
    ...series.flatMap((one, s) => {
      const ratio = ratioOf(name, one);
      if (ratio === null) return [];
      const y = TOP + n * step + s * BAR;
      const length = (ratio * scale).toFixed(1);
      return [
        `<rect x="${LEFT}" y="${y}" width="${length}" height="${BAR - 1}" fill="${COLORS[s % COLORS.length]}"/>`,
        text(LEFT + Number(length) + 5, y + BAR - 2, `${ratio.toFixed(1)}x`, 'font-size="10"'),
      ];
    }),
  ]);
  const legend = series.map(
    ({title}, s) =>
      `<rect x="${24 + s * 200}" y="34" width="12" height="12" fill="${COLORS[s % COLORS.length]}"/>` +
      text(42 + s * 200, 44, title),
  );
  const {against} = comparison;
  const opponents = against.length === 1 ? against[0] : `the fastest of ${against.join(', ')}`;
  const height = TOP + names.length * step;
  const one = (LEFT + scale).toFixed(1);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${LEFT + WIDTH + RIGHT}" height="${height + 8}" ` +
      'font-family="sans-serif" font-size="12" fill="#222">',
    '<rect width="100%" height="100%" fill="#fff"/>',
    text(24, 22, `${comparison.ours}: times as fast as ${opponents}`, 'font-size="14"'),
    ...legend,
    ...bars,
    `<line x1="${one}" x2="${one}" y1="${TOP - 8}" y2="${height}" stroke="#c33" stroke-dasharray="4 3"/>`,
    '</svg>',
    '',
  ].join('\n');
}
