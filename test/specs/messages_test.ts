import * as tf from '@tensorflow/tfjs';
import {conv2d} from 'tfjs-conv';
import 'tfjs-conv/cpu';
import {completeError, fail, kernelError} from '../../src/errors.js';
import {allocateFloats} from '../../src/registry/allocate.js';
import {show} from '../../src/show.js';

/*
 * Values that take minutes or the whole memory where the work is not bounded.
 */

describe('show', () => {
  const circle: unknown[] = [1];
  circle.push(circle);
  const deep = Array.from({length: 100000}).reduce<unknown>(inner => [inner], 0);
  const revoked = Proxy.revocable([], {});
  revoked.revoke();
  const throwing = () => {
    throw new Error('looked at');
  };

  it.each<[string, unknown, string]>([
    ['an array that contains itself', circle, '[1,an array that contains itself]'],
    ['an array that is there twice', [[1], [1]].fill([2]), '[[2],[2]]'],
    ['a getter that throws', Object.defineProperty([1, 2], 0, {get: throwing}), '[a value that cannot be read,2]'],
    ['a proxy that throws', new Proxy([1], {get: throwing}), '[a value that cannot be read'],
    ['a revoked proxy', revoked.proxy, 'a value that cannot be read'],
    ['a toString that throws', {toString: throwing}, '[object Object]'],
    [
      'a toStringTag that throws',
      {
        get [Symbol.toStringTag]() {
          return throwing();
        },
      },
      'a value that cannot be read',
    ],
    ['a toStringTag that is none', {[Symbol.toStringTag]: 1}, '[object Object]'],
    ['holes', new Array(2), '[undefined,undefined]'],
    ['an iterator of its own', Object.assign([1], {[Symbol.iterator]: throwing}), '[1]'],
    ['a symbol', Symbol('x'), 'Symbol(x)'],
    ['a symbol without a name', Symbol(), 'Symbol()'],
    ['a bigint', -3n, '-3n'],
    ['a huge bigint', 10n ** 100000n, 'a bigint of more than 200 digits'],
    ['a class', class {}, 'a function'],
    ['an object without a prototype', Object.create(null), '[object Object]'],
    ['NaN in an array', [NaN, -Infinity], '[NaN,-Infinity]'],
  ])('%s', (_, value, text) => expect(show(value)).toBe(text));

  it.each<[string, unknown, string]>([
    ['a long string', 'ab'.repeat(2 ** 26), `'${'ab'.repeat(100)}`.slice(0, 200)],
    ['a symbol with a long name', Symbol('a'.repeat(2 ** 26)), `Symbol(${'a'.repeat(200)}`.slice(0, 200)],
    ['a long tag', {[Symbol.toStringTag]: 'a'.repeat(2 ** 26)}, `[object ${'a'.repeat(200)}`.slice(0, 200)],
    ['a deep array', deep, '['.repeat(200)],
    ['a sparse array', new Array(2 ** 32 - 1), `[${'undefined,'.repeat(20)}`.slice(0, 200)],
    ['many rows', new Array(30000).fill(new Array(1000).fill(7)), `[[${'7,'.repeat(100)}`.slice(0, 200)],
    ['long strings', new Array(30000).fill('a'.repeat(2 ** 20)), `['${'a'.repeat(200)}`.slice(0, 200)],
  ])('cuts %s', (_, value, text) => expect(show(value)).toBe(`${text}...`));

  it('reads no more of an array than it shows', () => {
    let reads = 0;
    const counted = new Proxy(new Array(1e6).fill(0), {
      get: (target, name) => {
        reads++;
        return Reflect.get(target, name);
      },
    });
    show([counted, counted]);
    // Each element shows two characters, and takes its value and the length.
    expect(reads).toBeLessThanOrEqual(220);
  });
});

describe('an array for a tensor', () => {
  beforeAll(() => tf.setBackend('cpu'));

  const filter = (): tf.Tensor4D => tf.ones([1, 1, 1, 1]);
  const row: unknown[] = [[1], [2]];
  const circle: unknown[] = [];
  circle.push(circle);
  const late: unknown[] = [[[1]], [[2]]];
  late[1] = late;
  const deep = Array.from({length: 100000}).reduce<unknown>(inner => [inner], 0);
  const revoked = Proxy.revocable([], {});
  revoked.revoke();
  const ragged = Array.from({length: 1000}, (_, i) =>
    Array.from({length: 1000}, (_, j) => (i === 999 && j === 999 ? [1, 2] : [1, 2, 3])),
  );
  const rule = 'must be a tensor or an array of numbers, nested at most 6 deep with rows of equal length';

  it.each<[string, unknown, string]>([
    ['contains itself', circle, `${rule}; got x=[an array that contains itself]`],
    ['contains itself at the end', late, `${rule}; got x=[[[1]],an array that contains itself]`],
    ['is deep', deep, `${rule}; got x=${'['.repeat(200)}...`],
    ['is 7 deep', [[[[[[[1]]]]]]], `${rule}; got x=[[[[[[[1]]]]]]]`],
    [
      'is ragged at the end',
      ragged,
      `${rule}; got x=[[${'[1,2,3],'.repeat(30)}`.slice(0, rule.length + 8 + 200) + '...',
    ],
    ['has a hole', [[[1], new Array(1)]], `${rule}; got x=[[[1],[undefined]]]`],
    [
      'is sparse',
      [new Array(2 ** 31 - 1)],
      `${rule}; got x=[[${'undefined,'.repeat(20)}`.slice(0, rule.length + 8 + 200) + '...',
    ],
    ['is a revoked proxy', revoked.proxy, `${rule}; got x=a value that cannot be read`],
    [
      'has a getter that throws',
      [
        [
          Object.defineProperty([1], 0, {
            get() {
              throw new Error();
            },
          }),
        ],
      ],
      `${rule}; got x=[[[a value that cannot be read]]]`,
    ],
  ])('that %s', (_, value, message) => {
    const weights = filter();
    const before = tf.memory().numTensors;
    expect(() => conv2d(value as number[], weights)).toThrow(new Error(`conv2d: x ${message}`));
    expect(tf.memory().numTensors).toBe(before);
    weights.dispose();
  });

  it('that repeats one row so often that no tensor holds it', () => {
    const plane = new Array(2 ** 16).fill(new Array(2 ** 16).fill(row));
    expect(() => conv2d(plane as number[], [[[[1]]]])).toThrow(
      new Error(
        'conv2d: a tensor must have at most 2147483647 elements, also with its padding; got x.shape=[65536,65536,2,1]',
      ),
    );
  });

  it('is copied: the caller may change it before a gradient reads it', () => {
    const slopes = new Float32Array([0.5]);
    const [dx] = tf.tidy(() => {
      const run = (x: tf.Tensor) => {
        const y = conv2d(x as tf.Tensor4D, [[[[1]]]], {activation: 'prelu', preluActivationWeights: slopes as never});
        slopes[0] = 9;
        return y;
      };
      return tf
        .grad(run)(tf.tensor4d([-1], [1, 1, 1, 1]))
        .dataSync();
    });
    expect(dx).toBe(0.5);
  });
});

describe('the error of a kernel', () => {
  it('gets the names and shapes of who runs the kernel, the outermost last', () => {
    const error = kernelError('there must be room', {bytes: 8});
    expect(error.message).toBe('tfjs-conv: there must be room; got bytes=8');
    completeError(error, 'ConvND', () => ({x: [1, 2], filter: [3]}));
    expect(error.message).toBe('ConvND: there must be room; got bytes=8, x.shape=[1,2], filter.shape=[3]');
    completeError(error, 'conv2d', shapes => shapes);
    expect(error.message).toBe('conv2d: there must be room; got bytes=8, x.shape=[1,2], filter.shape=[3]');
    expect(error.constructor).toBe(Error);
    expect(error.stack).toContain(error.message);
    expect(error.stack).not.toContain('ConvND: ');
  });

  it('is known to another copy of the module', async () => {
    let other: typeof import('../../src/errors.js') | undefined;
    await jest.isolateModulesAsync(async () => {
      other = await import('../../src/errors.js');
    });
    expect(other?.completeError).not.toBe(completeError);
    const error = kernelError('there must be room', {bytes: 8});
    other?.completeError(error, 'conv2d', () => ({}));
    expect(error.message).toBe('conv2d: there must be room; got bytes=8');
  });

  it('says how much memory JavaScript does not have', () => {
    expect(() => allocateFloats(2 ** 50)).toThrow(
      new Error('tfjs-conv: the memory must have room for the operation; got bytes=4503599627370496'),
    );
  });

  it('leaves other errors alone', () => {
    const error = new Error('of somebody else');
    completeError(error, 'conv2d', () => ({x: [1]}));
    completeError('no error', 'conv2d', () => ({x: [1]}));
    expect(error.message).toBe('of somebody else');
    expect(() => fail('conv2d', 'rule', 'x', 1)).toThrow(new Error('conv2d: rule; got x=1'));
  });
});
