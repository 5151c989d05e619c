/** The models of the example: one that it trains itself, and one that an npm package ships. */
import {copyFile, mkdir, readdir, stat, writeFile} from 'node:fs/promises';
import {createRequire} from 'node:module';
import {dirname, join} from 'node:path';
import {readDigits, SIZE, trainDigits} from './digits.js';

const EPOCHS = 2;

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

/** A line that is rewritten on a terminal; elsewhere one for every tenth. */
function progress(title: string): (share: number) => void {
  let last = -1;
  return share => {
    const tenth = Math.floor(share * 10);
    const text = `${title}: ${Math.round(share * 100)} %`;
    if (process.stdout.isTTY) process.stdout.write(`\r${text}${share >= 1 ? '\n' : ''}`);
    else if (tenth > last) console.log(text);
    last = tenth;
  };
}

/** Puts what is not there yet into the folder. */
export async function prepareModels(folder: string): Promise<void> {
  const digits = join(folder, 'digits', '1');
  if (!(await exists(join(digits, 'model.json')))) {
    const share = await trainDigits(digits, EPOCHS, progress('training a network on handwritten digits'));
    console.log(`it reads ${(share * 100).toFixed(1)} % of 1000 digits that it has not seen`);
  }
  const pitch = join(folder, 'basic_pitch', '1');
  if (!(await exists(join(pitch, 'model.json')))) {
    const require = createRequire(import.meta.url);
    const shipped = join(dirname(require.resolve('@spotify/basic-pitch/package.json')), 'model');
    await mkdir(pitch, {recursive: true});
    // model.json comes last: from then on the folder is a model.
    const names = (await readdir(shipped)).sort((a, b) => Number(a === 'model.json') - Number(b === 'model.json'));
    for (const name of names) await copyFile(join(shipped, name), join(pitch, name));
  }
}

/** Writes a request with one digit; returns what it shows. */
export async function writeRequest(file: string, index = 47): Promise<number> {
  const {pixels, labels} = readDigits();
  const data = Array.from(pixels.subarray(index * SIZE * SIZE, (index + 1) * SIZE * SIZE));
  await mkdir(dirname(file), {recursive: true});
  await writeFile(
    file,
    JSON.stringify({
      instances: [Array.from({length: SIZE}, (_, y) => data.slice(y * SIZE, (y + 1) * SIZE).map(value => [value]))],
    }),
  );
  return labels[index];
}
