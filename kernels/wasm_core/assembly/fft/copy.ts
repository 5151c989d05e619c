import {F32} from '../shared/blocking';

/** Copies element begin ... end - 1 of a line, `step` bytes apart, and writes zeros around them. */
export function copyLine(to: usize, from: usize, step: usize, begin: i32, end: i32, n: i32): void {
  memory.fill(to, 0, <usize>begin * F32);
  memory.fill(to + <usize>end * F32, 0, <usize>(n - end) * F32);
  const at = to + <usize>begin * F32;
  let source = from + <usize>begin * step;
  if (step == F32) {
    memory.copy(at, source, <usize>(end - begin) * F32);
    return;
  }
  for (let p = at, last = to + <usize>end * F32; p < last; p += F32, source += step) f32.store(p, f32.load(source));
}
