import * as tf from '@tensorflow/tfjs';
import {conv2d, depthwiseSeparableConv2d, variantsRun} from 'tfjs-conv';
import type {KernelName} from '../../src/registry/kernel_names.js';
import {registeredVariants} from '../../src/registry/register.js';
import {BACKENDS} from '../support/backends.js';
import {filterOf, image} from '../support/figures.js';

describe.each(BACKENDS)('variantsRun on $name', ({name}) => {
  beforeAll(() => tf.setBackend(name));
  beforeEach(() => tf.engine().startScope());
  afterEach(() => tf.engine().endScope());

  const namesOf = (kernel: KernelName) => registeredVariants(kernel, name).map(variant => variant.name);
  const call = () => conv2d(image(7, 6, 2), filterOf(3, 3, 2, 4));

  it('names the variant of a call, and gives its result', () => {
    call();
    const {result, variants} = variantsRun(call);
    expect(result.shape).toEqual([5, 4, 4]);
    expect(variants).toHaveLength(1);
    expect(namesOf('ConvND')).toContain(variants[0]);
  });

  it('names the variant that is forced', () => {
    for (const forced of namesOf('ConvND')) {
      tf.env().set('TFJS_CONV_VARIANT', forced);
      try {
        const {variants} = variantsRun(() => conv2d(image(9, 8, 8), filterOf(1, 1, 8, 8)));
        expect(namesOf('ConvND')).toContain(variants[0]);
        if (forced === 'portable') expect(variants[0]).toBe('portable');
      } finally {
        tf.env().set('TFJS_CONV_VARIANT', '');
      }
    }
  });

  it('names those of both convolutions of a separable one, and of gradients', () => {
    const separable = () => depthwiseSeparableConv2d(image(7, 6, 2), filterOf(3, 3, 2, 1), filterOf(1, 1, 2, 3));
    expect(variantsRun(separable).variants).toEqual(['two_calls', expect.any(String), expect.any(String)]);
    const dx = tf.grad((x: tf.Tensor) => conv2d(x as tf.Tensor3D, filterOf(3, 3, 2, 4)));
    const {variants} = variantsRun(() => dx(image(7, 6, 2)));
    expect(variants).toHaveLength(2);
    expect(namesOf('ConvNDBackpropInput')).toContain(variants[1]);
  });
});

it('nests, ends with what it throws, and records nothing of empty results or after its end', async () => {
  await tf.setBackend('cpu');
  tf.tidy(() => {
    const one = () => conv2d(image(4, 4, 1), filterOf(2, 2, 1, 1));
    const outer = variantsRun(() => [one(), variantsRun(one)] as const);
    expect(outer.variants).toHaveLength(2);
    expect(outer.result[1].variants).toEqual([outer.variants[1]]);
    const thrown = new Error('as it is');
    const {result} = variantsRun(() => {
      expect(() =>
        variantsRun(() => {
          one();
          throw thrown;
        }),
      ).toThrow(thrown);
      return one();
    });
    expect(result.shape).toEqual([3, 3, 1]);
    const {variants} = variantsRun(() => conv2d(tf.zeros<tf.Rank.R4>([0, 4, 4, 1]), filterOf(2, 2, 1, 1)));
    one();
    expect(variants).toEqual([]);
  });
});
