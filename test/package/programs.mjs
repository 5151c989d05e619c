// What a user's first program does, in the module systems and TypeScript settings that users have.

const imports = {
  esm: `import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import {conv2d} from 'tfjs-conv';
import 'tfjs-conv/cpu';
import {accelerate} from 'tfjs-conv/accelerate';
`,
  cjs: `const tf = require('@tensorflow/tfjs-core');
require('@tensorflow/tfjs-backend-cpu');
const {conv2d} = require('tfjs-conv');
require('tfjs-conv/cpu');
const {accelerate} = require('tfjs-conv/accelerate');
`,
};

const types = `import type {ConvOptions} from 'tfjs-conv';
const options: ConvOptions = {groups: 2};
// @ts-expect-error: a misspelt option is an error, so the types are really there.
export const misspelt: ConvOptions = {group: 2};
`;

// Sums of ones: 9 taps, 2 channels a group; the centre's gradient is seen by 9 windows of 3 filters.
const body = `
async function main() {
  await tf.setBackend('cpu');
  const x = tf.ones([1, 5, 5, 4]);
  const filter = tf.ones([3, 3, 2, 6]);
  const y = conv2d(x, filter, options);
  expectEqual('shape', y.shape, [1, 3, 3, 6]);
  expectEqual('values', [...new Set(await y.data())], [18]);
  const dx = await tf.grad((t) => conv2d(t, filter, options))(x).data();
  expectEqual('gradient at the corner and the centre', [dx[0], dx[48]], [3, 27]);
  const builtin = tf.getKernel('Conv2D', 'cpu');
  const restore = accelerate('cpu');
  expectEqual('accelerated', tf.getKernel('Conv2D', 'cpu') !== builtin, true);
  const image = tf.tensor3d(new Array(50).fill(1), [5, 5, 2]);
  const kernel = tf.tensor4d(new Array(18).fill(1), [3, 3, 2, 1]);
  const expected = await conv2d(image, kernel, {pad: 'same'}).data();
  expectEqual('tf.conv2d', await tf.conv2d(image, kernel, 1, 'same').data(), expected);
  restore();
  expectEqual('restored', tf.getKernel('Conv2D', 'cpu') === builtin, true);
  console.log('works');
}
`;

const start = `
main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
`;

const plain = `const options = {groups: 2};
function expectEqual(what, got, expected) {
  if (JSON.stringify(got) !== JSON.stringify(expected)) throw new Error(\`\${what}: \${JSON.stringify(got)}\`);
}
`;

const typed = `declare const process: {exitCode: number};
function expectEqual(what: string, got: unknown, expected: unknown): void {
  if (JSON.stringify(got) !== JSON.stringify(expected)) throw new Error(\`\${what}: \${JSON.stringify(got)}\`);
}
`;

export const esm = imports.esm + plain + body + start;
export const commonjs = imports.cjs + plain + body + start;
/** Without the cpu kernels: the portable ones serve. */
export const portable = esm.replace("import 'tfjs-conv/cpu';\n", '');
/** With the ranks that TypeScript cannot see. */
const withTypes = body
  .replaceAll('tf.ones(', 'tf.ones<tf.Rank.R4>(')
  .replace('(t) => conv2d(t,', '(t: tf.Tensor) => conv2d(t as tf.Tensor4D,')
  .replace('main()', 'main(): Promise<void>');

export const typescript = imports.esm + types + typed + withTypes + start;
