import {windowSize} from '../../src/geometry/axis.js';
import type {AxisGeometry} from '../../src/geometry/axis.js';

/** The paddings that ops of TensorFlow take. */
export type Padding = 'VALID' | 'SAME' | 'EXPLICIT';

/** Elements by which the windows reach beyond the end of an axis; negative where they leave some of it out. */
function reach({input, output, stride, padBefore, ...axis}: AxisGeometry): number {
  return (output - 1) * stride + windowSize(axis) - input - padBefore;
}

/**
 * Elements to add after the end of an axis, or to take away where it is negative, so that exactly the windows that exist
 * fit. A remainder that is too short for another window may stay.
 */
export function fittedPadAfter(axis: AxisGeometry): number {
  const elements = reach(axis);
  return elements < 0 && elements > -axis.stride ? 0 : elements;
}

const isValid = (axis: AxisGeometry): boolean => axis.padBefore === 0 && fittedPadAfter(axis) === 0;

/**
 * TensorFlow's rule: ceil(input / stride) windows, the odd element of padding after the end. Where the windows leave out some of
 * the axis, Conv3D without oneDNN pads by less than nothing.
 */
function isSame(axis: AxisGeometry): boolean {
  const total = reach(axis) + axis.padBefore;
  return total >= 0 && axis.output === Math.ceil(axis.input / axis.stride) && axis.padBefore === Math.floor(total / 2);
}

/** TensorFlow's name of the padding of all axes together; undefined where an axis has to lose elements. */
export function paddingOf(axes: readonly AxisGeometry[]): Padding | undefined {
  if (axes.every(isValid)) return 'VALID';
  if (axes.every(isSame)) return 'SAME';
  return axes.every(axis => fittedPadAfter(axis) >= 0) ? 'EXPLICIT' : undefined;
}
