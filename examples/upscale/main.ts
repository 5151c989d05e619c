/**
 * Doubles the size of a photograph by a network that an npm package ships, on wasm, with and without the kernels of this
 * package: npm run example:upscale [-- picture --out upscaled.png]
 */
import {relative} from 'node:path';
import {fileURLToPath} from 'node:url';
import {parseArgs} from 'node:util';
import * as tf from '@tensorflow/tfjs';
import {setThreadsCount} from '@tensorflow/tfjs-backend-wasm';
import {accelerate} from 'tfjs-conv/accelerate';
import 'tfjs-conv/wasm';
import {difference, takeTurns} from '../measure.js';
import {fromDisk} from '../model_files.js';
import {loadPicture, savePng} from '../tour/picture.js';
import {comparison} from './comparison.js';

const ROUNDS = 3;
/** Of the photograph: the network reads it whole, and takes seconds for that without these kernels. */
const [HEIGHT, WIDTH] = [120, 160];
const TOLERANCE = 1e-4;

const fromHere = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const MODEL = fromHere('../../node_modules/@upscalerjs/default-model/models/model.json');

/** The middle of a picture. */
const middle = (picture: tf.Tensor3D): tf.Tensor3D =>
  picture.slice(
    [Math.max(0, (picture.shape[0] - HEIGHT) >> 1), Math.max(0, (picture.shape[1] - WIDTH) >> 1)],
    [Math.min(HEIGHT, picture.shape[0]), Math.min(WIDTH, picture.shape[1])],
  );

async function main(): Promise<void> {
  const {values, positionals} = parseArgs({
    options: {out: {type: 'string', default: fromHere('../out/upscaled.png')}},
    allowPositionals: true,
  });
  setThreadsCount(1);
  await tf.setBackend('wasm');
  const model = await tf.loadLayersModel(fromDisk(MODEL));
  const photo = middle(await loadPicture(positionals[0] ?? fromHere('../data/chelsea.png')));
  const upscale = (): tf.Tensor3D =>
    tf.tidy(() => {
      const [batch] = [model.predict(photo.expandDims(0))].flat();
      return batch.squeeze<tf.Tensor3D>([0]).clipByValue(0, 1) as tf.Tensor3D;
    });
  const upscaleOnOurs = (): tf.Tensor3D => {
    const restore = accelerate('wasm');
    try {
      return upscale();
    } finally {
      restore();
    }
  };

  const [before, after] = [upscale(), upscaleOnOurs()];
  const error = difference(after.dataSync(), before.dataSync());
  if (!(error <= TOLERANCE))
    throw new Error(`The pictures differ by ${error.toExponential(1)} of the brightest pixel.`);
  const run = (use: () => tf.Tensor3D) => async () => {
    const picture = use();
    await picture.data();
    picture.dispose();
  };
  console.log(`${shape(photo)} to ${shape(after)}, ${ROUNDS} times each`);
  const [stock, ours] = await takeTurns([run(upscale), run(upscaleOnOurs)], ROUNDS);
  const times = `TensorFlow.js ${stock.toFixed(0)} ms, with tfjs-conv ${ours.toFixed(0)} ms`;
  await savePng(comparison(photo, after, times), values.out);
  console.log(`${times}: ${(stock / ours).toFixed(1)} times as fast; largest difference ${error.toExponential(1)}`);
  console.log(`Before and after: ${relative('', values.out)}`);
}

const shape = ({shape: [height, width]}: tf.Tensor3D): string => `${width}x${height}`;

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
