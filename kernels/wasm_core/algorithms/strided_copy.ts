import {COPY_AXIS, COPY_AXIS_WORDS, F32} from '../generated/layout.js';
import {allocate, release} from '../call.js';
import type {Call} from '../types.js';

/*
 * Copies within the memory of the core.
 */

/** One axis of a copy: how many elements, and how many from one to the next on either side. */
export interface CopyAxis {
  readonly count: number;
  readonly to: number;
  readonly from: number;
}

/** Whether an axis continues the one within it on both sides, so that they are one. */
const continues = (outer: CopyAxis, inner: CopyAxis): boolean =>
  outer.to === inner.to * inner.count && outer.from === inner.from * inner.count;

/** The same copy with the fewest axes; of none where it has no elements, or a single one. */
function joinedAxes(axes: readonly CopyAxis[]): CopyAxis[] {
  const joined: CopyAxis[] = [];
  for (const axis of axes) {
    if (axis.count === 1) continue;
    const outer: CopyAxis | undefined = joined[joined.length - 1];
    if (outer !== undefined && continues(outer, axis)) {
      joined[joined.length - 1] = {...axis, count: outer.count * axis.count};
    } else {
      joined.push(axis);
    }
  }
  return joined;
}

/** Copies elements of 32 bits between addresses that do not overlap; the last axis is the innermost one. */
export function copyStrided(call: Call, to: number, from: number, axes: readonly CopyAxis[]): void {
  if (axes.some(({count}) => count === 0)) return;
  const {
    core,
    scratch: {length: mark},
  } = call;
  const joined = joinedAxes(axes);
  const last: CopyAxis | undefined = joined[joined.length - 1];
  const isRun = last !== undefined && last.to === 1 && last.from === 1;
  const outer = isRun ? joined.slice(0, -1) : joined;
  const written = outer.length > 0 ? outer : [{count: 1, to: 1, from: 1}];
  const list = allocate(call, written.length * COPY_AXIS_WORDS * 4);
  const words = core.words(list + written.length * COPY_AXIS_WORDS * 4);
  written.forEach((axis, a) => {
    const at = list / 4 + a * COPY_AXIS_WORDS;
    words[at + COPY_AXIS.count] = axis.count;
    words[at + COPY_AXIS.toStep] = axis.to * F32;
    words[at + COPY_AXIS.fromStep] = axis.from * F32;
  });
  core.run.copyStrided(to, from, list, written.length, isRun ? last.count : 1);
  release(call, mark);
}
