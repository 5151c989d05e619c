import {existsSync} from 'node:fs';
import {resolve} from 'node:path';
import * as tf from '@tensorflow/tfjs';
import {conv2d} from 'tfjs-conv';
import {PORTABLE} from '../../src/registry/run_kernel.js';
import {portable} from '../../src/registry/portable.js';
import {portableTable} from '../../kernels/portable/kernel_table.js';
import {BACKENDS, kernelNames, recordRuns} from '../support/backends.js';
import {CASES, titleOf} from '../cases/index.js';

const PORTABLE_VARIANT = portable('ConvND').name;

const runs = new Map(BACKENDS.map(({name, table}) => [name, recordRuns(table)]));

describe.each(BACKENDS)('backend $name', ({name, table}) => {
  test('has a conformance file', () => {
    expect(existsSync(resolve(__dirname, `conformance/${name.replace('-', '_')}_test.ts`))).toBe(true);
  });

  test('is served by its own table and by no other', async () => {
    await tf.setBackend(name);
    runs.forEach(recorded => recorded.splice(0));
    tf.tidy(() => tf.grad(x => conv2d(x as tf.Tensor4D, tf.ones([2, 2, 1, 1])))(tf.ones([1, 3, 3, 1])));
    expect(runs.get(name)?.map(({kernel}) => kernel)).toEqual(['ConvND', 'ConvNDBackpropInput']);
    // The portable variants are the same objects wherever they run.
    const isPortable = runs.get(name)?.some(({variant}) => variant === PORTABLE_VARIANT);
    const others = BACKENDS.filter(other => other.table !== table && !(isPortable && other.table === portableTable));
    others.forEach(other => expect(runs.get(other.name)).toEqual([]));
  });

  test.each(kernelNames(table))('the variants of %s have different names', kernel => {
    const names = table[kernel].map(variant => variant.name);
    expect(new Set(names).size).toBe(names.length);
  });
});

test.each(kernelNames(BACKENDS[0].table))(
  'the plain backend has the portable %s, the cpu backend another',
  async kernel => {
    await tf.setBackend('plain-cpu');
    tf.tidy(() => conv2d(tf.ones([1, 3, 3, 1]) as tf.Tensor4D, tf.ones([2, 2, 1, 1])));
    expect(tf.getKernel(kernel, 'plain-cpu').kernelFunc).toBe(tf.getKernel(kernel, PORTABLE).kernelFunc);
    expect(tf.getKernel(kernel, 'cpu').kernelFunc).not.toBe(tf.getKernel(kernel, PORTABLE).kernelFunc);
  },
);

test('every case has a title of its own, from which its numbers come', () => {
  expect(new Set(CASES.map(titleOf)).size).toBe(CASES.length);
});
