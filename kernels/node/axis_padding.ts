import {windowSize} from '../../src/geometry/axis.js';
import type {AxisGeometry} from '../../src/geometry/axis.js';

/** The paddings that ops of TensorFlow know. */
export type Padding = 'VALID' | 'SAME' | 'EXPLICIT';

/** Elements by which the windows reach beyond the end of an axis; negative where they leave some of it out. */
function reach({input, output, stride, padBefore, ...axis}: AxisGeometry): number {
  return (output - 1) * stride + windowSize(axis) - input - padBefore;
}

/**
 * Elements to add behind an axis, or to take away where it is negative, so that exactly the windows that exist fit. A
 * rest that is too short for another window may stay.
 */
export function behind(axis: AxisGeometry): number {
  const elements = reach(axis);
  return elements < 0 && elements > -axis.stride ? 0 : elements;
}

const isValid = (axis: AxisGeometry): boolean => axis.padBefore === 0 && behind(axis) === 0;

/**
 * TensorFlow's rule: ceil(input / stride) windows, the odd element of padding behind. Where the windows leave out some of
 * the axis, Conv3D without oneDNN pads by less than nothing.
 */
function isSame(axis: AxisGeometry): boolean {
  const total = reach(axis) + axis.padBefore;
  return total >= 0 && axis.output === Math.ceil(axis.input / axis.stride) && axis.padBefore === Math.floor(total / 2);
}

/** What the padding of all axes together is to TensorFlow; undefined where an axis has to lose elements. */
export function paddingOf(axes: readonly AxisGeometry[]): Padding | undefined {
  if (axes.every(isValid)) return 'VALID';
  if (axes.every(isSame)) return 'SAME';
  return axes.every(axis => behind(axis) >= 0) ? 'EXPLICIT' : undefined;
}
