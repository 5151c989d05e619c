import * as tf from '@tensorflow/tfjs';
import 'tfjs-conv/cpu';
import {OPS} from '../cases/bad_inputs.js';

/*
 * What an options object may be. JavaScript has many that look alike: all ops have to read them in the same way.
 */

const ones = (...shape: number[]): tf.Tensor => tf.ones(shape);

interface Call {
  readonly args: () => unknown[];
  /** Options that change the result. */
  readonly options: object;
  /** An option with another value, which changes it too. */
  readonly other: object;
}

const DENSE: Call = {
  args: () => [tf.range(0, 50).reshape([1, 5, 5, 2]), ones(3, 2, 2, 2)],
  options: {strides: 2, pad: 1},
  other: {strides: 1},
};

const CALLS: {readonly [op in keyof typeof OPS]: Call} = {
  conv1d: {...DENSE, args: () => [tf.range(0, 12).reshape([1, 6, 2]), ones(3, 2, 2)]},
  conv2d: DENSE,
  conv3d: {...DENSE, args: () => [tf.range(0, 120).reshape([1, 3, 4, 5, 2]), ones(2, 2, 2, 2, 2)]},
  conv1dTranspose: {...DENSE, args: () => [tf.range(0, 12).reshape([1, 6, 2]), ones(3, 2, 2)]},
  conv2dTranspose: DENSE,
  conv3dTranspose: {...DENSE, args: () => [tf.range(0, 120).reshape([1, 3, 4, 5, 2]), ones(2, 2, 2, 2, 2)]},
  conv2dTransposeMatrix: DENSE,
  convMatrix: {...DENSE, args: () => [ones(3, 2, 2, 2), [6, 5]]},
  pointwiseConv2d: {...DENSE, args: () => [tf.range(0, 50).reshape([1, 5, 5, 2]), ones(1, 1, 2, 2)]},
  dilatedConv2d: {...DENSE, args: () => [tf.range(0, 50).reshape([1, 5, 5, 2]), ones(3, 2, 2, 2), 2]},
  groupedConv2d: {...DENSE, args: () => [tf.range(0, 50).reshape([1, 5, 5, 2]), ones(3, 2, 1, 2), 2]},
  depthwiseConv2d: {...DENSE, args: () => [tf.range(0, 50).reshape([1, 5, 5, 2]), ones(3, 2, 2, 1)]},
  depthwiseSeparableConv2d: {
    ...DENSE,
    args: () => [tf.range(0, 50).reshape([1, 5, 5, 2]), ones(3, 2, 2, 1), ones(1, 1, 2, 2)],
  },
  spatiallySeparableConv2d: {
    ...DENSE,
    args: () => [tf.range(0, 50).reshape([1, 5, 5, 2]), ones(3, 1, 2, 1), ones(1, 2, 1, 2)],
  },
  separateFilter: {
    args: () => [tf.range(0, 36).reshape([3, 3, 2, 2])],
    options: {rank: 1},
    other: {rank: 2},
  },
};

beforeAll(() => tf.setBackend('cpu'));

describe.each(Object.entries(CALLS))('%s', (op, {args, options, other}) => {
  /** The shape of the result, or of the first of them. */
  const shapeWith = (...given: unknown[]): number[] =>
    tf.tidy(() => {
      const result = OPS[op as keyof typeof OPS](...args(), ...given) as tf.Tensor | {columnFilter: tf.Tensor};
      return (result instanceof tf.Tensor ? result : result.columnFilter).shape;
    });
  const expected = (): number[] => shapeWith(options);

  it('takes own options', () => {
    expect(expected()).not.toEqual(shapeWith());
    expect(expected()).not.toEqual(shapeWith({...options, ...other}));
  });

  it('takes inherited ones, and own ones before them', () => {
    expect(shapeWith(Object.create(options))).toEqual(expected());
    expect(shapeWith(Object.create(Object.create(options)))).toEqual(expected());
    expect(shapeWith(Object.assign(Object.create({...options, ...other}), options))).toEqual(expected());
  });

  it('takes those of an instance of a class: fields, getters and static defaults', () => {
    class Fields {
      constructor() {
        Object.assign(this, options);
      }
      describe(): string {
        return 'a method is no option';
      }
    }
    class Derived extends Fields {}
    const getters = Object.fromEntries(Object.entries(options).map(([name, value]) => [name, {get: () => value}]));
    class Getters {}
    Object.defineProperties(Getters.prototype, getters);
    for (const given of [new Fields(), new Derived(), new Getters(), Object.defineProperties({}, getters)]) {
      expect(shapeWith(given)).toEqual(expected());
    }
  });

  it('takes those of an object without a prototype, a frozen one and a proxy', () => {
    expect(shapeWith(Object.assign(Object.create(null), options))).toEqual(expected());
    expect(shapeWith(Object.create(Object.assign(Object.create(null), options)))).toEqual(expected());
    expect(shapeWith(Object.freeze({...options}))).toEqual(expected());
    expect(shapeWith(new Proxy(options, {}))).toEqual(expected());
  });

  it('leaves out null and undefined, own ones also where a value is inherited', () => {
    const nulls = Object.fromEntries(Object.keys(options).map(name => [name, null]));
    const undefineds = Object.fromEntries(Object.keys(options).map(name => [name, undefined]));
    for (const given of [nulls, undefineds, Object.create(nulls), Object.assign(Object.create(options), nulls)]) {
      expect(shapeWith(given)).toEqual(shapeWith());
    }
    expect(shapeWith(Object.assign(Object.create(nulls), options))).toEqual(expected());
    expect(shapeWith({misspelt: null, also: undefined})).toEqual(shapeWith());
  });

  it('ignores symbols and what every object inherits', () => {
    expect(shapeWith({...options, [Symbol('strides')]: 9})).toEqual(expected());
    Object.defineProperty(Object.prototype, 'everywhere', {value: 1, enumerable: true, configurable: true});
    try {
      expect(shapeWith(options)).toEqual(expected());
    } finally {
      delete (Object.prototype as {everywhere?: number}).everywhere;
    }
  });

  it('rejects unknown options wherever they are', () => {
    class Unknown {
      get misspelt(): number {
        return 1;
      }
    }
    const unknown = {misspelt: 1};
    const error = new RegExp(`^${op}: an option must be one of .*; got option='misspelt'$`);
    for (const given of [unknown, Object.create(unknown), Object.create(Object.create(unknown)), new Unknown()]) {
      expect(() => shapeWith(given)).toThrow(error);
    }
  });

  it.each<[string, unknown]>([
    ['Map', new Map(Object.entries(options))],
    ['Set', new Set()],
    ['WeakMap', new WeakMap()],
    ['Date', new Date(0)],
    ['RegExp', /same/],
    ['Promise', Promise.resolve(options)],
    ['Uint8Array', new Uint8Array(0)],
    ['Float32Array', new Float32Array(2)],
    ['ArrayBuffer', new ArrayBuffer(0)],
    ['Number', new Number(2)],
    ['String', new String('')],
    ['Error', new Error('same')],
    ['Array', []],
  ])('rejects a %s', (kind, given) => {
    const shown = kind === 'Array' ? '[]' : `[object ${kind}]`;
    expect(() => shapeWith(given)).toThrow(
      new Error(
        `${op}: options must be a plain object or one of a class of its own, not a Map, Date, function or the like; ` +
          `got options=${shown}`,
      ),
    );
  });

  it('rejects a proxy that is revoked', () => {
    const {proxy, revoke} = Proxy.revocable({}, {});
    revoke();
    expect(() => shapeWith(proxy)).toThrow(/; got options=a value that cannot be read$/);
  });

  it('rejects a function with options as its properties', () => {
    expect(() => shapeWith(Object.assign(() => 1, options))).toThrow(/; got options=a function$/);
  });
});

describe('an option whose value changes', () => {
  const conv2d = (options: object): number[] =>
    tf.tidy(() => (OPS.conv2d(...DENSE.args(), options) as tf.Tensor).shape);

  it('is read once', () => {
    let reads = 0;
    const options = {
      get strides() {
        return 1 + reads++;
      },
    };
    expect([conv2d(options), conv2d(options)]).toEqual([conv2d({strides: 1}), conv2d({strides: 2})]);
    expect(reads).toBe(2);
  });

  it('so is each element of a list, and what was resolved stays true for others', () => {
    let reads = 0;
    // The first call reads 1, 2 and would keep that under 3, 4 if it read twice.
    const strides = Object.defineProperty([1, 1], 0, {get: () => 1 + reads++});
    expect(conv2d({strides})).toEqual(conv2d({strides: [1, 1]}));
    expect(reads).toBe(1);
    let pads = 0;
    const pad = [[0, 0], Object.defineProperty([0, 0], 0, {get: () => pads++})];
    expect(conv2d({pad})).toEqual(
      conv2d({
        pad: [
          [0, 0],
          [0, 0],
        ],
      }),
    );
    expect(pads).toBe(1);
  });

  it('may be a list that the caller changes between calls', () => {
    const strides = [1, 1];
    const first = conv2d({strides});
    strides[0] = 2;
    expect(conv2d({strides})).toEqual(conv2d({strides: [2, 1]}));
    expect(conv2d({strides: [1, 1]})).toEqual(first);
  });
});

describe('lists', () => {
  it.each(['strides', 'dilations', 'pad', 'outputShape', 'outputPadding'])('%s is no typed array', name => {
    const given = {[name]: new Int32Array([1, 1])};
    expect(() => OPS.conv2dTranspose(...DENSE.args(), given)).toThrow(
      new RegExp(`; got ${name}=\\[object Int32Array]$`),
    );
  });

  // To walk through one takes minutes.
  it.each(['strides', 'dilations', 'pad', 'outputShape', 'outputPadding'])('%s is no huge sparse array', name => {
    expect(() => OPS.conv2dTranspose(...DENSE.args(), {[name]: new Array(2 ** 32 - 1)})).toThrow(
      new RegExp(`; got ${name}=\\[undefined,undefined,.*\\.\\.\\.$`),
    );
  });
});
