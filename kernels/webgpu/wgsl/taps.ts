/** What ../taps.ts says of the axes. */
export const TAP_UNIFORMS = {
  sourceSize: 'vec3<i32>',
  phases: 'vec3<i32>',
  grid: 'vec3<i32>',
  sourceStep: 'vec3<i32>',
  kernelStep: 'vec3<i32>',
  tapStep: 'vec3<i32>',
  kernel: 'vec3<i32>',
  stride: 'vec3<i32>',
  dilation: 'vec3<i32>',
  padBefore: 'vec3<i32>',
  sourceStart: 'vec3<i32>',
} as const;

/** The taps that the results of a phase read along every axis: the first, their number, and the source of result 0 at the first. */
const TAPS = `
struct Taps { kernelStart : vec3<i32>, count : vec3<i32>, sourceStart : vec3<i32> }
`;

const ONE_PHASE = `
fn tapsOf(phase : vec3<i32>) -> Taps { return Taps(vec3<i32>(), u.kernel, u.sourceStart); }
`;

/*
 * Result i receives through tap k where i + padBefore - k * dilation is a multiple of the stride. The first such tap is
 * found by trying; the others are kernelStep apart.
 */
const PHASED = `
fn floorDivided(a : i32, b : i32) -> i32 { return select(a, a - b + 1, a < 0) / b; }
fn axisTaps(place : i32, stride : i32, dilation : i32, kernel : i32, kernelStep : i32) -> vec3<i32> {
  let end = min(kernel, kernelStep);
  var k = 0;
  for (; k < end; k++) {
    if ((place - k * dilation) % stride == 0) { break; }
  }
  let exists = k < end;
  return select(vec3<i32>(), vec3<i32>(k, (kernel - 1 - k) / kernelStep + 1, floorDivided(place - k * dilation, stride)), exists);
}
fn tapsOf(phase : vec3<i32>) -> Taps {
  let place = phase + u.padBefore;
  let d = axisTaps(place.x, u.stride.x, u.dilation.x, u.kernel.x, u.kernelStep.x);
  let h = axisTaps(place.y, u.stride.y, u.dilation.y, u.kernel.y, u.kernelStep.y);
  let w = axisTaps(place.z, u.stride.z, u.dilation.z, u.kernel.z, u.kernelStep.z);
  return Taps(vec3<i32>(d.x, h.x, w.x), vec3<i32>(d.y, h.y, w.y), vec3<i32>(d.z, h.z, w.z));
}
`;

/** The function tapsOf(). */
export const tapsFunction = (phased: boolean): string => TAPS + (phased ? PHASED : ONE_PHASE);
