// Writes tables, JSON and plots of what pages have measured: node report.mjs RESULTS.json [--docs]
import {readFileSync} from 'node:fs';
import {summaryLine} from '../compare.js';
import type {Comparison} from '../compare.js';
import {writePictures, writeSection} from '../docs.js';
import type {Measured} from '../measure.js';
import {plot} from '../plot.js';
import {fixed, markdownTable, nameColumn, speedupColumns, terminalTable, timeColumns} from '../table.js';
import type {Column} from '../table.js';

interface Results {
  readonly browser: string;
  readonly renderer: string;
  readonly measured: Readonly<Record<'webgl'|'wasm', readonly Measured[]>>;
}

const COMPARISONS = {
  webgl: {title: 'webgl', ours: 'tfjs-conv/webgl', against: ['tfjs-webgl']},
  wasm: {title: 'wasm', ours: 'tfjs-conv/wasm', against: ['tfjs-wasm', 'onnxruntime-web']},
} as const satisfies Record<keyof Results['measured'], Comparison>;

/** The first call on a layer in the page, programs compiled and filters packed, in ms. */
const firstColumns = ({ours, against}: Comparison): Array<Column<Measured>> => [ours, ...against].map(
    name => ({title: `${name} first ms`, cell: ({timings}) => fixed(timings[name]?.first, 1)}));

const [file, ...flags] = process.argv.slice(2);
const {browser, renderer, measured} = JSON.parse(readFileSync(file, 'utf8')) as Results;

function sections(write: typeof terminalTable): string {
  return (Object.keys(COMPARISONS) as Array<keyof typeof COMPARISONS>).filter(key => measured[key].length > 0).map(key => {
    const [results, comparison] = [measured[key], COMPARISONS[key]];
    const columns = [
      nameColumn('layer'), ...timeColumns(results), ...firstColumns(comparison), ...speedupColumns([comparison])];
    return `### ${comparison.title}\n\n${write(results, columns)}\n\n- ${summaryLine(results, comparison)}`;
  }).join('\n\n');
}

const where = `${browser}, WebGL by ${renderer}`;
console.log(`${where}\n${sections(terminalTable)}`);
const docs = flags.includes('--docs');
writePictures(Object.fromEntries(Object.entries(COMPARISONS).map(([key, comparison]) => [
  `benchmarks_browser_${key}.svg`,
  plot([{title: browser, results: measured[key as keyof typeof COMPARISONS]}], comparison),
])), docs);
if (docs) writeSection('benchmarks_browser.md', 'results', `${where}\n\n${sections(markdownTable)}`);
