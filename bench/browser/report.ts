// Writes tables, JSON and plots of what pages have measured: node report.mjs RESULTS.json [--docs]
import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {summaryLine} from '../compare.js';
import type {Comparison} from '../compare.js';
import type {Measured} from '../measure.js';
import {plot} from '../plot.js';
import {fixed, markdownTable, nameColumn, speedupColumns, terminalTable, timeColumns} from '../table.js';
import type {Column} from '../table.js';

interface Results {
  readonly browser: string;
  readonly renderer: string;
  readonly measured: Readonly<Record<'webgl'|'wasm', readonly Measured[]>>;
}

/** npm runs scripts in the package's folder. */
const ROOT = process.cwd();

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
const pictures = Object.entries(COMPARISONS).map(([key, comparison]): [string, string] => [
  `benchmarks_browser_${key}.svg`, plot([{title: browser, results: measured[key as keyof typeof COMPARISONS]}], comparison)]);
const docs = flags.includes('--docs');
for (const folder of [join(ROOT, 'bench', 'out'), ...docs ? [join(ROOT, 'docs')] : []]) {
  for (const [name, svg] of pictures) writeFileSync(join(folder, name), svg);
}
if (docs) {
  const page = join(ROOT, 'docs', 'benchmarks_browser.md');
  writeFileSync(page, readFileSync(page, 'utf8').replace(
      /(<!-- results -->\n)[^]*(<!-- \/results -->)/,
      (_, open: string, close: string) => `${open}${where}\n\n${sections(markdownTable)}\n${close}`));
}
