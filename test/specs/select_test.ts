import {env} from '@tensorflow/tfjs-core';
import {registerFlags, VARIANT_FLAG, WINOGRAD_FLAG} from '../../src/registry/flags.js';
import {NO_ACTIVATION} from '../../src/registry/kernel_names.js';
import type {Variant} from '../../src/registry/kernel_table.js';
import {selectOnce} from '../../src/registry/select.js';
import {resolveConv} from '../../src/geometry/resolve.js';

/*
 * The choice of a variant that is kept for a geometry: it follows the flags all the same.
 */

registerFlags();

const attrsOf = (size: number) => ({
  ...resolveConv({op: 'conv2d', rank: 2, x: [1, size, size, 1], filter: [3, 3, 1, 1], options: {}}),
  ...NO_ACTIVATION,
});

/** A variant of that name, which takes images from a size on and counts how often it is asked. */
function variant(name: string, least: number, isOn: () => boolean = () => true) {
  const when = jest.fn<boolean, [{geometry: {axes: ReadonlyArray<{input: number}>}}]>(
    ({geometry}) => geometry.axes[2].input >= least && isOn(),
  );
  return {name, when, run: () => ({dataId: {}, shape: [], dtype: 'float32'})} satisfies Variant<'ConvND'>;
}

const by = [WINOGRAD_FLAG, VARIANT_FLAG];
afterEach(() => by.forEach(flag => env().set(flag, flag === WINOGRAD_FLAG ? true : '')));

test('a variant is asked once for a geometry', () => {
  const [large, any] = [variant('large', 10), variant('any', 0)];
  const select = selectOnce<'ConvND'>([large, any]);
  const [small, big] = [attrsOf(8), attrsOf(12)];
  select(small);
  const asked = large.when.mock.calls.length;
  for (let n = 0; n < 3; n++) expect(select(small).name).toBe('any');
  // The first call has read flags that nobody had read before.
  expect(large.when.mock.calls.length).toBeLessThanOrEqual(asked + 1);
  expect(select(big).name).toBe('large');
  expect(select(small).name).toBe('any');
});

test('a flag that changes is followed, there and back', () => {
  const winograd = variant('winograd', 0, () => env().getBool(WINOGRAD_FLAG));
  const select = selectOnce<'ConvND'>([winograd, variant('gemm', 0)]);
  const attrs = attrsOf(8);
  expect(select(attrs).name).toBe('winograd');
  env().set(WINOGRAD_FLAG, false);
  expect(select(attrs).name).toBe('gemm');
  env().set(WINOGRAD_FLAG, true);
  expect(select(attrs).name).toBe('winograd');
  env().set(VARIANT_FLAG, 'gemm');
  expect(select(attrs).name).toBe('gemm');
  env().set(VARIANT_FLAG, '');
  expect(select(attrs).name).toBe('winograd');
});
