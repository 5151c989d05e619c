/** Conversion between JSON values and elements of tensors. */
import {badRequest, quoted} from './error.js';
import type {Datatype, Elements, Tensor} from './tensor.js';

const MAX_FLOAT32 = 3.4028234663852886e38;
/** Numbers are written as text on the thread that answers everyone. */
const MAX_JSON_ELEMENTS = 2 ** 20;
const decoder = new TextDecoder('utf-8', {fatal: true});

interface Values<D extends Datatype> {
  /** Room for so many elements. */
  readonly allocate: (count: number) => Elements[D];
  /** Stores a JSON value; false where the datatype has no such element. */
  readonly store: (elements: Elements[D], index: number, value: unknown) => boolean;
  /** What the elements are in JSON. */
  readonly takes: string;
}

const VALUES: {readonly [D in Datatype]: Values<D>} = {
  FP32: {
    allocate: count => new Float32Array(count),
    store: (elements, index, value) => {
      if (typeof value !== 'number' || !(Math.abs(value) <= MAX_FLOAT32)) return false;
      elements[index] = value;
      return true;
    },
    takes: 'numbers within the range of float32; what JSON cannot hold, such as NaN, travels as binary data',
  },
  INT32: {
    allocate: count => new Int32Array(count),
    store: (elements, index, value) => {
      if (typeof value !== 'number' || (value | 0) !== value) return false;
      elements[index] = value;
      return true;
    },
    takes: 'integers of 32 bits',
  },
  BOOL: {
    allocate: count => new Uint8Array(count),
    store: (elements, index, value) => {
      if (value !== true && value !== false && value !== 0 && value !== 1) return false;
      elements[index] = Number(value);
      return true;
    },
    takes: 'true and false, or 1 and 0',
  },
  BYTES: {
    allocate: count => new Array<Uint8Array>(count),
    store: (elements, index, value) => {
      if (typeof value !== 'string') return false;
      // Short ones share memory, which takes far less than memory of their own.
      elements[index] = Buffer.from(value);
      return true;
    },
    takes: 'strings',
  },
};

/**
 * The elements of flat or nested JSON data.
 *
 * @throws a ProtocolError where they are of another number, nesting or kind than the shape and datatype say.
 */
export function elementsOf<D extends Datatype>(
  name: string,
  datatype: D,
  shape: readonly number[],
  count: number,
  data: unknown,
): Elements[D] {
  if (!Array.isArray(data)) throw badRequest(`input '${name}': data is a list; got ${quoted(data)}`);
  const {allocate, store, takes} = VALUES[datatype];
  const isNested = shape.length > 1 && Array.isArray(data[0]);
  const expect = isNested ? shape[0] : count;
  if (data.length !== expect) {
    throw badRequest(
      `input '${name}': shape [${shape}] needs ${expect} ${isNested ? 'rows' : 'elements'}; got ${data.length}`,
    );
  }
  const elements = allocate(count);
  let at = 0;
  const put = (value: unknown): void => {
    if (!store(elements, at, value))
      throw badRequest(`input '${name}': ${datatype} data are ${takes}; got ${quoted(value)}`);
    at++;
  };
  // The recursion is as deep as the shape is long, whatever the data hold.
  const walk = (list: readonly unknown[], axis: number): void => {
    for (const item of list) {
      if (axis + 1 === shape.length) {
        put(item);
      } else if (Array.isArray(item) && item.length === shape[axis + 1]) {
        walk(item, axis + 1);
      } else {
        throw badRequest(
          `input '${name}': data do not nest as shape [${shape}]; got ${quoted(item)} within axis ${axis}`,
        );
      }
    }
  };
  if (isNested) walk(data, 0);
  else data.forEach(put);
  return elements;
}

/**
 * The elements as a flat list that JSON can hold.
 *
 * @throws a ProtocolError for what JSON cannot hold.
 */
export function jsonOf({name, datatype, data}: Tensor): unknown[] {
  if (data.length > MAX_JSON_ELEMENTS)
    throw badRequest(
      `output '${name}' has ${data.length} elements, of which JSON takes ${MAX_JSON_ELEMENTS}; ask for it as binary data`,
    );
  switch (datatype) {
    case 'FP32':
      if (!data.every(Number.isFinite)) {
        throw badRequest(`output '${name}' holds NaN or Infinity, which JSON cannot hold; ask for it as binary data`);
      }
      return Array.from(data, shortest);
    case 'INT32':
      return Array.from(data);
    case 'BOOL':
      return Array.from(data, value => value !== 0);
    case 'BYTES':
      return data.map(bytes => text(name, bytes));
  }
}

function text(name: string, bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw badRequest(
      `output '${name}' holds bytes that are no UTF-8, which JSON cannot hold; ask for it as binary data`,
    );
  }
}

/** The shortest decimal number that reads back as the same float32; 9 digits always do. */
function shortest(value: number): number {
  for (const digits of [7, 8]) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return Number(value.toPrecision(9));
}
