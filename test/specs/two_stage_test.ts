import * as tf from '@tensorflow/tfjs';
import {spatiallySeparableConv2d} from 'tfjs-conv';
import {resolveConv} from '../../src/geometry/resolve.js';
import {resolveDepthwiseSeparable, resolveSpatiallySeparable} from '../../src/geometry/two_stage.js';
import {NO_ACTIVATION} from '../../src/registry/kernel_names.js';
import {takesEverything} from '../../src/registry/kernel_table.js';
import type {KernelArgs} from '../../src/registry/kernel_table.js';
import {twoStageKernels} from '../../src/registry/two_stage.js';
import {BACKENDS} from '../support/backends.js';
import {counts} from '../support/memory.js';

const [X, COLUMN, ROW] = [
  [1, 5, 6, 2],
  [3, 1, 2, 4],
  [1, 3, 4, 5],
];

describe('the geometries of two convolutions', () => {
  const pad = [
    [1, 1],
    [0, 0],
  ] as [number, number][];

  it('are those that conv2d has for each of them', () => {
    const {first, second} = resolveSpatiallySeparable('op', X, COLUMN, ROW, {pad});
    expect(first).toBe(resolveConv({op: 'conv2d', rank: 2, x: X, filter: COLUMN, options: {pad}}).geometry);
    expect(second).toBe(resolveConv({op: 'conv2d', rank: 2, x: [1, 5, 6, 4], filter: ROW, options: {}}).geometry);
  });

  it('of a depthwise separable convolution too', () => {
    const {second} = resolveDepthwiseSeparable('op', X, [3, 3, 2, 2], [1, 1, 4, 5], {});
    expect(second).toBe(
      resolveConv({op: 'conv2d', rank: 2, x: [1, 3, 4, 4], filter: [1, 1, 4, 5], options: {}}).geometry,
    );
  });
});

describe.each(BACKENDS)('two convolutions on $name', ({name, table}) => {
  beforeAll(() => tf.setBackend(name));

  it('know two filters apart whose sizes are the same in a row', () =>
    tf.tidy(() => {
      // The ranks of the filters are what is wrong.
      const ones = (shape: number[]) => tf.ones<tf.Rank>(shape) as tf.Tensor4D;
      const sizes = [...COLUMN, ...ROW];
      const call = (rank: number) =>
        spatiallySeparableConv2d(ones(X), ones(sizes.slice(0, rank)), ones(sizes.slice(rank)));
      expect(call(4).shape).toEqual([1, 3, 4, 5]);
      expect(() => call(5)).toThrow(/; got columnFilter.shape=/);
    }));

  it('leave no middle result where the second one fails', () => {
    const ran: string[] = [];
    const attrs = {...resolveSpatiallySeparable('op', X, COLUMN, ROW, {}), ...NO_ACTIVATION};
    const [kernel] = twoStageKernels([
      {
        name: 'failing',
        when: takesEverything,
        run: (args: KernelArgs<'ConvND'>) => {
          ran.push(args.inputs.filter.shape.join());
          if (args.attrs.geometry === attrs.second) throw new Error('out of memory');
          return table.ConvND[table.ConvND.length - 1].run(args);
        },
      },
    ]).SpatiallySeparableConv2D;
    const inputs = {x: tf.ones(X), columnFilter: tf.ones(COLUMN), rowFilter: tf.ones(ROW)};
    const before = counts();
    expect(() => kernel.run({inputs, attrs, backend: tf.backend()})).toThrow('out of memory');
    expect(ran).toEqual([COLUMN.join(), ROW.join()]);
    expect(counts()).toEqual(before);
    tf.dispose({...inputs});
  });
});
