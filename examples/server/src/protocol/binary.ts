/** The binary tensor extension: elements in little-endian order; BYTES as 4 bytes of length and the bytes, each. */
import {endianness} from 'node:os';
import {badRequest} from './error.js';
import type {Datatype, Elements, Tensor} from './tensor.js';

if (endianness() !== 'LE') throw new Error('the binary tensor extension is implemented for little-endian machines');

/** Bytes an element; 0 where they differ. */
const SIZES: {readonly [D in Datatype]: number} = {FP32: 4, INT32: 4, BOOL: 1, BYTES: 0};

type Reader<D extends Datatype> = (name: string, bytes: Uint8Array, count: number) => Elements[D];

const READERS: {readonly [D in Datatype]: Reader<D>} = {
  // Copies, since elements of four bytes lie at a multiple of four only by chance.
  FP32: (_, bytes) => new Float32Array(copied(bytes)),
  INT32: (_, bytes) => new Int32Array(copied(bytes)),
  BOOL: (name, bytes) => {
    const values = new Uint8Array(copied(bytes));
    if (values.some(value => value > 1)) throw badRequest(`input '${name}': BOOL data are bytes of 0 and 1`);
    return values;
  },
  BYTES: readStrings,
};

function copied(bytes: Uint8Array): ArrayBuffer {
  const copy = new ArrayBuffer(bytes.length);
  new Uint8Array(copy).set(bytes);
  return copy;
}

function readStrings(name: string, bytes: Uint8Array, count: number): Uint8Array[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const copy = new Uint8Array(copied(bytes));
  const strings: Uint8Array[] = [];
  let at = 0;
  while (at < bytes.length && strings.length <= count) {
    const start = at + 4;
    if (start > bytes.length) throw badRequest(`input '${name}': binary data end within a length of 4 bytes`);
    at = start + view.getUint32(start - 4, true);
    if (at > bytes.length) throw badRequest(`input '${name}': element ${strings.length} ends after its binary data`);
    strings.push(copy.subarray(start, at));
  }
  if (strings.length !== count) {
    const held = strings.length > count ? 'more' : strings.length;
    throw badRequest(`input '${name}': binary data hold ${held} elements; the shape has ${count}`);
  }
  return strings;
}

/** The elements of an input, which the client said to take `bytes.length` bytes. */
export function readBinary<D extends Datatype>(
  name: string,
  datatype: D,
  bytes: Uint8Array,
  count: number,
): Elements[D] {
  const size = SIZES[datatype];
  if (size > 0 && bytes.length !== size * count) {
    throw badRequest(
      `input '${name}': ${count} elements of ${datatype} take ${size * count} bytes; got binary_data_size=${bytes.length}`,
    );
  }
  return READERS[datatype](name, bytes, count);
}

/** The elements of an output as bytes, in pieces that follow each other. */
export function writeBinary({datatype, data}: Tensor): Uint8Array[] {
  if (datatype !== 'BYTES') return [new Uint8Array(data.buffer, data.byteOffset, data.byteLength)];
  return data.flatMap(bytes => {
    const length = new Uint8Array(4);
    new DataView(length.buffer).setUint32(0, bytes.length, true);
    return [length, bytes];
  });
}
