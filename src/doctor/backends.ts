import {engine, findBackend, setBackend, tensor4d, tidy} from '@tensorflow/tfjs-core';
import {conv2d} from '../ops/conv2d.js';
import {describeOf} from '../registry/facts.js';
import type {Facts} from '../registry/facts.js';
import type {BackendDiagnosis} from './diagnosis.js';

/** The message of what was thrown. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** A convolution of two groups with dilation, of small integers, which every backend computes without rounding. */
const SIZE = 5;
const KERNEL = 2;
const DILATION = 2;
const CHANNELS = 4;
const GROUPS = 2;
const IN = CHANNELS / GROUPS;
const OUT = SIZE - DILATION * (KERNEL - 1);
const values = (length: number, step: number): number[] => Array.from({length}, (_, i) => ((i * step) % 7) - 3);
const X = values(SIZE * SIZE * CHANNELS, 5);
const FILTER = values(KERNEL * KERNEL * IN * CHANNELS, 3);

/** y[i, j, c] = sum over p, q, k of x[i + p * dilation, j + q * dilation, group * IN + k] * filter[p, q, k, c] */
function expectedAt(i: number, j: number, c: number): number {
  const group = Math.floor(c / (CHANNELS / GROUPS));
  let sum = 0;
  for (let p = 0; p < KERNEL; p++)
    for (let q = 0; q < KERNEL; q++)
      for (let k = 0; k < IN; k++) {
        const pixel = (i + p * DILATION) * SIZE + j + q * DILATION;
        sum += X[pixel * CHANNELS + group * IN + k] * FILTER[((p * KERNEL + q) * IN + k) * CHANNELS + c];
      }
  return sum;
}

/** Whether the current backend computes the convolution. */
async function check(): Promise<string> {
  const y = tidy(() => {
    const x = tensor4d(X, [1, SIZE, SIZE, CHANNELS]);
    const filter = tensor4d(FILTER, [KERNEL, KERNEL, IN, CHANNELS]);
    return conv2d(x, filter, {groups: GROUPS, dilations: DILATION});
  });
  try {
    const computed = await y.data();
    const isRight = (value: number, at: number): boolean => {
      const [pixel, c] = [Math.floor(at / CHANNELS), at % CHANNELS];
      return value === expectedAt(Math.floor(pixel / OUT), pixel % OUT, c);
    };
    return computed.length === OUT * OUT * CHANNELS && computed.every(isRight) ? 'right' : 'wrong';
  } finally {
    y.dispose();
  }
}

/** Why a backend cannot be set up; '' where it is the current one now. */
async function setUp(name: string): Promise<string> {
  try {
    return (await setBackend(name)) ? '' : 'it does not start';
  } catch (error) {
    return messageOf(error);
  }
}

function factsOf(name: string): Facts {
  try {
    const backend = findBackend(name);
    return describeOf(name)?.(backend) ?? {};
  } catch (error) {
    return {error: messageOf(error)};
  }
}

async function diagnoseBackend(name: string, current: boolean): Promise<BackendDiagnosis> {
  const error = await setUp(name);
  const works = error === '';
  const checked = works ? await check().catch(messageOf) : 'not computed';
  const kernels = describeOf(name) === undefined ? 'portable' : 'own';
  return {name, current, error, kernels, facts: works ? factsOf(name) : {}, check: checked};
}

/** Sets every registered backend up, one after the other, and then the one again that was the current one. */
export async function diagnoseBackends(): Promise<BackendDiagnosis[]> {
  // TensorFlow.js' types know no time before the first backend.
  const before: string | null | undefined = engine().backendName;
  const diagnoses: BackendDiagnosis[] = [];
  for (const name of engine().backendNames()) diagnoses.push(await diagnoseBackend(name, name === before));
  if (before != null) await setUp(before);
  return diagnoses;
}
