import {geometricMean, speedup} from '../../bench/compare.js';
import {resolvedOf} from '../../bench/layer.js';
import {measure} from '../../bench/measure.js';
import type {Contestant} from '../../bench/measure.js';
import {flopsOfNetwork} from '../../bench/networks/graph.js';
import {NETWORKS} from '../../bench/networks/networks.js';
import {OTHER_LAYERS} from '../../bench/other_shapes.js';
import {filtersOf, SEPARABLE} from '../../bench/separable.js';
import {LAYERS} from '../../bench/shapes.js';
import {product} from '../../src/geometry/conv.js';
import {resolveConv} from '../../src/geometry/resolve.js';
import {resolveDepthwiseSeparable, resolveSpatiallySeparable} from '../../src/geometry/two_stage.js';

/** A contestant that gives these values, and says that it took a millisecond. */
const giving = (name: string, values: number[], computes?: string): Contestant => ({
  name,
  computes,
  activate: () => Promise.resolve(),
  prepare: () =>
    Promise.resolve({
      run: () => ({values: () => Float32Array.from(values), dispose: () => undefined, ms: 1}),
      dispose: () => undefined,
    }),
});

describe('the bench', () => {
  it.each([...LAYERS, ...OTHER_LAYERS].map(layer => [layer.name, layer] as const))('has a layer %s', (_, layer) => {
    expect(resolvedOf(layer).geometry.batch).toBe(layer.x[0]);
  });

  it.each(SEPARABLE.map(row => [row.name, row] as const))('has a separable convolution %s', (_, row) => {
    const {first, second, full, groups} = filtersOf(row);
    const resolved =
      row.op === 'spatiallySeparableConv2d'
        ? resolveSpatiallySeparable('op', row.x, first.shape, second.shape, {groups: groups[0]})
        : resolveDepthwiseSeparable('op', row.x, first.shape, second.shape, {});
    const whole = resolveConv({op: 'op', rank: 2, x: row.x, filter: full.shape, options: {groups: groups[2]}});
    expect(resolved.outputShape).toEqual(whole.outputShape);
    for (const {shape, values} of [first, second, full]) expect(values).toHaveLength(product(shape));
  });

  it('builds the whole filter of a separable convolution from its two', () => {
    const factors = [
      {column: [1, 2], row: [3, 4, 5]},
      {column: [0, 1], row: [10, 0, 0]},
    ];
    const row = {name: '', op: 'spatiallySeparableConv2d', x: [1, 3, 3, 2], factors} as const;
    const {first, second, full} = filtersOf(row);
    // Of two channels, each with the same taps.
    expect([...first.values]).toEqual([1, 0, 1, 0, 2, 1, 2, 1]);
    expect([...second.values]).toEqual([3, 3, 10, 10, 4, 4, 0, 0, 5, 5, 0, 0]);
    expect([...full.values]).toEqual([3, 3, 4, 4, 5, 5, 16, 16, 8, 8, 10, 10]);
  });

  it('names every layer and network once', () => {
    const names = [...LAYERS, ...OTHER_LAYERS, ...NETWORKS, ...SEPARABLE].map(({name}) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  // Multiplications: 300 million in table 4 of Sandler et al., 2018; 4.1 thousand million of ResNet-50 with its stride in
  // the 3x3 layers, as torchvision publishes it.
  it.each([
    ['MobileNetV2', 300e6],
    ['ResNet-50', 4.09e9],
  ])('builds %s as it was published', (name, multiplications) => {
    const network = NETWORKS.find(one => one.name.startsWith(name));
    expect(network && flopsOfNetwork(network) / 2 / multiplications).toBeCloseTo(1, 1);
  });

  it('compares with the fastest of the peers that were measured', () => {
    const timing = (median: number) => ({first: 0, median});
    const timings = {ours: timing(2), slow: timing(8), fast: timing(3)};
    expect(speedup({timings}, {title: '', ours: 'ours', against: ['slow', 'fast', 'absent']})).toBe(1.5);
    expect(speedup({timings}, {title: '', ours: 'ours', against: ['absent']})).toBeNull();
    const paired = {...timings, fast: {...timing(3), ratio: 1.25}};
    expect(speedup({timings: paired}, {title: '', ours: 'ours', against: ['slow', 'fast'], paired: true})).toBe(1.25);
    expect(speedup({timings}, {title: '', ours: 'ours', against: ['slow', 'fast'], paired: true})).toBe(1.5);
    expect(geometricMean([2, 8])).toBeCloseTo(4, 12);
  });

  const options = {rounds: 1, bound: () => 0.25};
  const right = giving('right', [1, 2]);

  it.each([
    ['other values', [1, 2.5]],
    ['NaN', [1, NaN]],
    ['other sizes', [1]],
  ])('refuses %s', async (_, values) => {
    await expect(measure('layer', [right, giving('wrong', values)], options)).rejects.toThrow('layer: wrong is off');
  });

  it('takes what rounding explains, and compares only what computes the same', async () => {
    const others = [giving('rounded', [1, 2.25]), giving('else', [5], 'something else')];
    const measured = await measure('layer', [right, ...others], options);
    expect(measured).toMatchObject({name: 'layer', difference: 1});
    expect(Object.keys(measured.timings)).toEqual(['right', 'rounded', 'else']);
  });

  it('times in turns of changing order, those that are timed apart at the end, and short runs more often', async () => {
    const turns: string[] = [];
    const noting = (name: string, apart = false): Contestant => ({
      ...giving(name, [1]),
      apart,
      activate: () => {
        turns.push(name);
        return Promise.resolve();
      },
    });
    const contestants = [noting('a'), noting('b'), noting('c', true)];
    const orderOf = async (seed: number, timeAtLeast: number): Promise<string> => {
      turns.length = 0;
      await measure('layer', contestants, {...options, rounds: 8, seed, timeAtLeast});
      return turns.join('');
    };
    const order = await orderOf(1, 0);
    // Twice at the start, twice at each turn, once at the end.
    expect(order).toMatch(/^aabbcc(aabb|bbaa){8}(cc){8}abc$/);
    expect(order).toMatch(/aabbbbaa|bbaaaabb/);
    expect(await orderOf(1, 0)).toBe(order);
    expect(await orderOf(2, 0)).not.toBe(order);
    // 12 rounds of a millisecond each instead of 8.
    expect(await orderOf(1, 12)).toMatch(/^aabbcc(aabb|bbaa){12}(cc){12}abc$/);
  });
});
