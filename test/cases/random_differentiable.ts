import * as fc from 'fast-check';
import {randomCall} from './random_builtin.js';
import type {RandomCall} from './random_builtin.js';

/*
 * Random right calls of TensorFlow.js' convolutions whose gradients are recorded, also of what TensorFlow.js itself does
 * not take: groups, and a dy that is larger than what counts of it. Each is affine in every input.
 */

/** Inputs and attributes that are shapes of images, and of filters. */
const IMAGES = ['x', 'inputShape', 'dy'];
const FILTERS = ['filter', 'filterShape'];

const isShape = (value: unknown): value is number[] => Array.isArray(value) && value.every(Number.isInteger);

/** The same with every shape changed. */
function reshaped(call: RandomCall, change: (name: string, shape: readonly number[]) => readonly number[]): RandomCall {
  const each = <T>(values: {readonly [name: string]: T}) =>
    Object.fromEntries(
      Object.entries(values).map(([name, value]) => [
        name,
        isShape(value) && [...IMAGES, ...FILTERS].includes(name) ? change(name, value) : value,
      ]),
    );
  return {...call, inputs: each(call.inputs) as RandomCall['inputs'], attrs: each(call.attrs)};
}

const times = (shape: readonly number[], axis: number, factor: number): number[] =>
  shape.map((size, a) => (a === axis ? size * factor : size));

const isDense = ({kernel}: RandomCall): boolean => /^Conv/.test(kernel);

const channelAxis = ({attrs}: RandomCall, {length}: readonly unknown[]): number =>
  attrs.dataFormat === 'NCHW' ? 1 : length - 1;

/** With so many groups. */
const grouped = (call: RandomCall, groups: number): RandomCall =>
  reshaped(call, (name, shape) =>
    times(shape, FILTERS.includes(name) ? shape.length - 1 : channelAxis(call, shape), groups),
  );

/** With more of dy than counts. */
const exceeding = (call: RandomCall): RandomCall =>
  reshaped(call, (name, shape) =>
    name !== 'dy' ? shape : shape.map((size, a) => (a === 0 || a === channelAxis(call, shape) ? size : size + 1)),
  );

/** Without the rounding, as the gradients of TensorFlow.js run these kernels: then dy tells it. */
const untold = (call: RandomCall): RandomCall => ({...call, attrs: {...call.attrs, dimRoundingMode: undefined}});

/** A fused op without the activation, as a step of the tape that is affine. */
const linear = (call: RandomCall): RandomCall => {
  const inputs = Object.fromEntries(Object.entries(call.inputs).filter(([name]) => name !== 'preluActivationWeights'));
  return {...call, inputs, attrs: {...call.attrs, activation: 'linear'}};
};

const isFused = ({kernel}: RandomCall): boolean => kernel.startsWith('Fused');

/**
 * Whether the fused op refuses a call. It checks a bias of more than channels against the sizes that it computes, for channels
 * last and, with a numeric pad, wrongly.
 */
function isRefused(call: RandomCall): boolean {
  const {inputs, attrs, kernel, differs} = call;
  const channelsFirst = attrs.dataFormat === 'NCHW';
  if (!isFused(call)) return false;
  return inputs.bias?.length > 1 ? channelsFirst || differs : channelsFirst && kernel === 'FusedDepthwiseConv2D';
}

/** Calls that are right, and that the op takes. */
const isTaken = (call: RandomCall): boolean => call.wrong === undefined && !isRefused(call);

export const differentiableCall: fc.Arbitrary<RandomCall> = fc
  .tuple(randomCall.filter(isTaken), fc.constantFrom(1, 1, 2, 3), fc.constantFrom(exceeding, untold))
  .map(([call, groups, change]) => {
    if (isFused(call)) return linear(call);
    if (!isDense(call)) return call;
    const dense = grouped(call, groups);
    return 'dy' in dense.inputs ? change(dense) : dense;
  });
