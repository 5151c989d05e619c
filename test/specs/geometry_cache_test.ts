import {convAxis, UNIT_AXIS} from '../../src/geometry/axis.js';
import type {AxisGeometry} from '../../src/geometry/axis.js';
import type {ConvGeometry} from '../../src/geometry/conv.js';
import {mix} from '../../src/geometry/hash_table.js';
import {cachedGeometry, perGeometry} from '../../src/geometry/geometry_cache.js';

const axis = (): AxisGeometry => convAxis({input: 9, kernel: 3, stride: 2, dilation: 1}, [1, 0]);
const geometry = (): ConvGeometry => ({
  batch: 2,
  groups: 1,
  inChannels: 3,
  outChannels: 4,
  channelsLast: true,
  axes: [{...UNIT_AXIS}, axis(), axis()],
});

describe('the geometry cache', () => {
  test('equal ones are one object', () => {
    expect(cachedGeometry(geometry())).toBe(cachedGeometry(geometry()));
  });

  test('every number of them counts', () => {
    const one = cachedGeometry(geometry());
    const fields = ['batch', 'groups', 'inChannels', 'outChannels'] as const;
    const others: ConvGeometry[] = [
      ...fields.map(field => ({...geometry(), [field]: 5})),
      {...geometry(), channelsLast: false},
      ...(Object.keys(axis()) as Array<keyof AxisGeometry>).flatMap(field =>
        [0, 1, 2].map(a => {
          const g = geometry();
          const [depth, height, width] = g.axes.map((old, i) => (i === a ? {...old, [field]: 5} : old));
          return {...g, axes: [depth, height, width] as const};
        }),
      ),
    ];
    expect(others).toHaveLength(26);
    others.forEach(other => {
      expect(cachedGeometry(other)).toBe(other);
      expect(cachedGeometry({...other})).toBe(other);
    });
    expect(cachedGeometry(geometry())).toBe(one);
  });

  test('keeps those apart that have the same hash, and finds both', () => {
    const one = {...geometry(), batch: 101, groups: 7, inChannels: 9};
    // The hash mixes channelsLast, batch, groups and inChannels in this order.
    const before = mix(1, one.batch);
    const groups = 8;
    const other = {...one, groups, inChannels: mix(before, one.groups) ^ one.inChannels ^ mix(before, groups)};
    expect(mix(mix(before, groups), other.inChannels)).toBe(mix(mix(before, one.groups), one.inChannels));
    expect([cachedGeometry(one), cachedGeometry(other)]).toEqual([one, other]);
    expect(cachedGeometry({...one})).toBe(one);
    expect(cachedGeometry({...other})).toBe(other);
  });

  test('are forgotten when there are many', () => {
    const one = cachedGeometry(geometry());
    for (let batch = 10; batch < 3000; batch++) cachedGeometry({...geometry(), batch});
    expect(cachedGeometry(geometry())).not.toBe(one);
  });

  test('what is derived from one is derived once, undefined too', () => {
    const derive = jest.fn((): number | undefined => undefined);
    const derived = perGeometry(derive);
    const [one, other] = [geometry(), geometry()];
    [one, one, other, one].forEach(derived);
    expect(derive.mock.calls).toEqual([[one], [other]]);
  });
});
