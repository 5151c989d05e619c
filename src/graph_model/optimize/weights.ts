import type {io} from '@tensorflow/tfjs-core';
import {halfToFloat} from './half.js';

/** The value of a Const node. */
export interface Constant {
  readonly shape: readonly number[];
  readonly dtype: 'float32' | 'int32' | 'bool';
  readonly values: Float32Array | Int32Array | Uint8Array;
}

type Spec = io.WeightsManifestEntry;

/** The weights of a model: those that were loaded, read only when asked for, and those that rewrites have added. */
export interface Weights {
  has(name: string): boolean;
  /** The value, undefined where there is none at hand or it is made of strings or complex numbers. */
  get(name: string): Constant | undefined;
  add(name: string, constant: Constant): void;
  /** Specs and data without those whose names `keep` refuses. */
  encode(keep: (name: string) => boolean): Pick<io.ModelArtifacts, 'weightSpecs' | 'weightData'>;
}

const BYTES = {float32: 4, int32: 4, bool: 1, complex64: 8, uint8: 1, uint16: 2, float16: 2} as const;

export const sizeOf = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);

/** Whether no value is an infinity or NaN, whose difference to itself is NaN. */
export function isFinite({values}: Constant): boolean {
  for (let n = 0; n < values.length; n++) if (values[n] - values[n] !== 0) return false;
  return true;
}

/** One array of all bytes; a copy only where they come in several buffers. */
function joined(data: io.WeightData): Uint8Array {
  if (!Array.isArray(data)) return new Uint8Array(data);
  if (data.length === 1) return new Uint8Array(data[0]);
  const bytes = new Uint8Array(data.reduce((sum, buffer) => sum + buffer.byteLength, 0));
  let at = 0;
  for (const buffer of data) {
    bytes.set(new Uint8Array(buffer), at);
    at += buffer.byteLength;
  }
  return bytes;
}

/** How many bytes of the data, from `start` on, a weight takes. A string is stored as its length in 4 bytes, and its bytes. */
function byteLength(spec: Spec, bytes: Uint8Array, start: number): number {
  const size = sizeOf(spec.shape);
  if (spec.dtype !== 'string') return size * BYTES[spec.quantization?.dtype ?? spec.dtype];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = start;
  for (let n = 0; n < size; n++) at += 4 + view.getUint32(at, true);
  return at - start;
}

/** The numbers of a weight as TensorFlow.js decodes them: value * scale + min where they are quantized to integers. */
function decode(spec: Spec, bytes: Uint8Array): Constant | undefined {
  const {dtype, shape, quantization} = spec;
  if (dtype === 'string' || dtype === 'complex64') return undefined;
  // A copy, as typed arrays want aligned addresses.
  const {buffer} = bytes.slice();
  if (quantization == null) {
    const values = {float32: Float32Array, int32: Int32Array, bool: Uint8Array}[dtype];
    return {shape, dtype, values: new values(buffer)};
  }
  if (dtype === 'bool') return undefined;
  if (quantization.dtype === 'float16') {
    return dtype === 'float32' ? {shape, dtype, values: halfToFloat(new Uint16Array(buffer))} : undefined;
  }
  const {scale, min} = quantization;
  if (scale == null || min == null) return undefined;
  const stored = quantization.dtype === 'uint8' ? new Uint8Array(buffer) : new Uint16Array(buffer);
  const values = dtype === 'float32' ? new Float32Array(stored.length) : new Int32Array(stored.length);
  const round = dtype === 'float32' ? (value: number) => value : Math.round;
  for (let n = 0; n < stored.length; n++) values[n] = round(stored[n] * scale + min);
  return {shape, dtype, values};
}

/** The weights of artifacts as an IOHandler gives them. Without `weightData` they have names, but no values. */
export function openWeights({weightSpecs = [], weightData}: io.ModelArtifacts): Weights {
  const bytes = weightData == null ? undefined : joined(weightData);
  const stored = new Map<string, {readonly spec: Spec; readonly bytes?: Uint8Array}>();
  let at = 0;
  for (const spec of weightSpecs) {
    const length = bytes == null ? 0 : byteLength(spec, bytes, at);
    stored.set(spec.name, {spec, bytes: bytes?.subarray(at, at + length)});
    at += length;
  }
  const decoded = new Map<string, Constant | undefined>();
  const added = new Map<string, Constant>();

  const get = (name: string): Constant | undefined => {
    const weight = stored.get(name);
    if (weight?.bytes == null) return added.get(name);
    if (!decoded.has(name)) decoded.set(name, decode(weight.spec, weight.bytes));
    return decoded.get(name);
  };

  const encode = (keep: (name: string) => boolean): Pick<io.ModelArtifacts, 'weightSpecs' | 'weightData'> => {
    // Without the data nothing could be added, and what is not there cannot be left out of it.
    if (bytes == null) return {weightSpecs, weightData};
    const kept = [...stored.values()].filter(({spec}) => keep(spec.name));
    const fresh = [...added].filter(([name]) => keep(name));
    const specs = [
      ...kept.map(({spec}) => spec),
      ...fresh.map(([name, {shape, dtype}]) => ({name, shape: [...shape], dtype})),
    ];
    const parts = [
      ...kept.map(weight => weight.bytes ?? new Uint8Array(0)),
      ...fresh.map(([, {values}]) => new Uint8Array(values.buffer, values.byteOffset, values.byteLength)),
    ];
    const data = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    let end = 0;
    for (const part of parts) {
      data.set(part, end);
      end += part.length;
    }
    return {weightSpecs: specs, weightData: data.buffer};
  };

  return {
    has: name => stored.has(name) || added.has(name),
    get,
    add: (name, constant) => void added.set(name, constant),
    encode,
  };
}
