/** A tour of every kind of convolution on one photograph: npm start [-- picture] [--out sheet.png] */
import {basename, relative} from 'node:path';
import {fileURLToPath} from 'node:url';
import {parseArgs} from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import 'tfjs-conv/cpu';
import {contactSheet} from './contact_sheet.js';
import {figures} from './figures.js';
import {measure, type Measurement} from './measure.js';
import {imagePanel} from './panels.js';
import {photoOf, shape, type Photo} from './photo.js';
import {loadPicture, natural, savePng} from './picture.js';
import {progress} from './progress.js';
import type {Step} from './step.js';
import {channels} from './steps/channels.js';
import {oneFilterManyFilters} from './steps/one_filter_many_filters.js';
import {separable} from './steps/separable.js';
import {signalsAndFrames} from './steps/signals_and_frames.js';
import {transposed} from './steps/transposed.js';
import {windows} from './steps/windows.js';
import {failed, table} from './table.js';

/** A narrow picture leaves its panel's sides empty, so that diagrams and captions keep their room. */
const SMALLEST_PANEL = {width: 440, height: 290};

const CHAPTERS = [oneFilterManyFilters, windows, separable, channels, transposed, signalsAndFrames];

async function tour(picture: string, out: string): Promise<boolean> {
  tf.enableProdMode();
  await tf.setBackend('cpu');
  const photo = photoOf(await loadPicture(picture));
  const measurements = run(CHAPTERS.flatMap(chapter => chapter(photo)));
  console.log(table(measurements));
  const exceeding = measurements.filter(failed);
  for (const {
    step: {op, options, compare},
  } of exceeding)
    console.log(`${op} (${options}) is further from ${compare.name} than rounding explains.`);
  console.log(`\n${figures()}\n`);
  await saveSheet(photo, picture, measurements, out);
  console.log(`The contact sheet: ${relative('', out)}`);
  return exceeding.length === 0;
}

function run(steps: readonly Step[]): Measurement[] {
  const {step: show, done} = progress(steps.length);
  const measurements = steps.map(step => {
    show(`${step.op}: ${step.options}`);
    return measure(step);
  });
  done();
  return measurements;
}

async function saveSheet(
  {color}: Photo,
  picture: string,
  measurements: readonly Measurement[],
  out: string,
): Promise<void> {
  const [height, width] = color.shape;
  const room = {width: Math.max(width, SMALLEST_PANEL.width), height: Math.max(height, SMALLEST_PANEL.height)};
  const panels = [
    imagePanel('The photograph', `${basename(picture)}, ${shape(color)}`, natural(color)),
    ...measurements.flatMap(({step, y}) => step.panels?.(y) ?? []),
  ];
  const subtitle =
    `${basename(picture)}, ${width}×${height} pixels · shapes are height×width×channels · ` +
    'signed results around mid grey · computed by tfjs-conv on the cpu backend of TensorFlow.js';
  await savePng(contactSheet('Every kind of convolution, on one photograph', subtitle, panels, room), out);
}

function fromHere(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url));
}

async function main(): Promise<void> {
  const {values, positionals} = parseArgs({options: {out: {type: 'string'}}, allowPositionals: true});
  const picture = positionals[0] ?? fromHere('../data/chelsea.png');
  const ok = await tour(picture, values.out ?? fromHere('../out/contact_sheet.png'));
  process.exitCode = ok ? 0 : 1;
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
