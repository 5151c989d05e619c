import {callCache} from '../../src/geometry/call_cache.js';

interface Options {
  strides?: number | number[];
  pad?: unknown;
}

/** What resolves calls, and how often it has. */
function resolver() {
  const once = callCache<Options, object>(['strides', 'pad']);
  let count = 0;
  const resolve = (op: string, x: readonly number[], filter: readonly number[], options: Options): object =>
    once(op, x, filter, options, () => ({count: count++}));
  return {resolve, count: () => count};
}

describe('the call cache', () => {
  test('equal ones are resolved once', () => {
    const {resolve} = resolver();
    const call = () => resolve('conv2d', [1, 5, 7, 3], [3, 3, 3, 4], {strides: [1, 2], pad: 'same'});
    expect(call()).toBe(call());
  });

  test('the op, every size and every option count', () => {
    const {resolve, count} = resolver();
    const calls: Array<Parameters<typeof resolve>> = [
      ['conv2d', [1, 5, 7, 3], [3, 3, 3, 4], {}],
      ['pointwiseConv2d', [1, 5, 7, 3], [3, 3, 3, 4], {}],
      ['conv2d', [5, 7, 3], [3, 3, 3, 4], {}],
      ...[0, 1, 2, 3].map((i): Parameters<typeof resolve> => [
        'conv2d',
        [1, 5, 7, 3].map((size, a) => (a === i ? 9 : size)),
        [3, 3, 3, 4],
        {},
      ]),
      ...[0, 1, 2, 3].map((i): Parameters<typeof resolve> => [
        'conv2d',
        [1, 5, 7, 3],
        [3, 3, 3, 4].map((size, a) => (a === i ? 9 : size)),
        {},
      ]),
      ['conv2d', [1, 5, 7, 3], [3, 3, 3, 4], {strides: 1}],
      ['conv2d', [1, 5, 7, 3], [3, 3, 3, 4], {strides: [1]}],
      ['conv2d', [1, 5, 7, 3], [3, 3, 3, 4], {strides: [1, 2]}],
      ['conv2d', [1, 5, 7, 3], [3, 3, 3, 4], {pad: 1}],
      ['conv2d', [1, 5, 7, 3], [3, 3, 3, 4], {pad: 'same'}],
      ['conv2d', [1, 5, 7, 3], [3, 3, 3, 4], {pad: [1, 2, 3, 4]}],
      [
        'conv2d',
        [1, 5, 7, 3],
        [3, 3, 3, 4],
        {
          pad: [
            [1, 2],
            [3, 4],
          ],
        },
      ],
      ['conv2d', [1, 5, 7, 3], [3, 3, 3, 4], {pad: [[1, 2, 3, 4]]}],
      [
        'conv2d',
        [1, 5, 7, 3],
        [3, 3, 3, 4],
        {
          pad: [
            [1, 2],
            [3, 5],
          ],
        },
      ],
      [
        'conv2d',
        [1, 5, 7, 3],
        [3, 3, 3, 4],
        {
          strides: [1, 2],
          pad: [
            [1, 2],
            [3, 4],
          ],
        },
      ],
    ];
    const first = calls.map(call => resolve(...call));
    expect(new Set(first).size).toBe(calls.length);
    expect(calls.map(call => resolve(...call))).toEqual(first);
    expect(count()).toBe(calls.length);
  });

  test('lists that the caller changes are not the ones that it keeps', () => {
    const {resolve} = resolver();
    const [x, strides] = [
      [1, 5, 7, 3],
      [1, 1],
    ];
    const one = resolve('conv2d', x, [3, 3, 3, 4], {strides});
    x[1] = strides[0] = 2;
    expect(resolve('conv2d', x, [3, 3, 3, 4], {strides})).not.toBe(one);
    expect(resolve('conv2d', [1, 5, 7, 3], [3, 3, 3, 4], {strides: [1, 1]})).toBe(one);
  });

  test('options that are objects, or lists of them, are resolved every time', () => {
    for (const pad of [{}, [undefined, 1], [[1, {}]]]) {
      const {resolve, count} = resolver();
      [1, 2].forEach(() => resolve('conv2d', [1, 5, 7, 3], [3, 3, 3, 4], {pad}));
      expect(count()).toBe(2);
    }
  });

  test('what throws is resolved every time', () => {
    const once = callCache<Options, object>(['strides']);
    const resolve = jest.fn((): object => {
      throw new Error('bad');
    });
    [1, 2].forEach(() => expect(() => once('conv2d', [1], [1], {}, resolve)).toThrow('bad'));
    expect(resolve).toHaveBeenCalledTimes(2);
  });

  test('are forgotten when there are many', () => {
    const {resolve} = resolver();
    const one = resolve('conv2d', [1], [1], {});
    for (let size = 2; size < 3000; size++) resolve('conv2d', [size], [1], {});
    expect(resolve('conv2d', [1], [1], {})).not.toBe(one);
  });
});
