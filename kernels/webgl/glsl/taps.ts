/** What gpu/phase_plan.ts says of the axes. */
const UNIFORMS = `
uniform ivec3 sourceSize, phases, grid, sourceStep, kernelStep, tapStep, kernel, stride, dilation, padBefore;
`;

/** The taps that the results of a phase read, along every axis: first and number; and the source of result 0 at the first. */
const FORWARD = `
void tapsOf(ivec3 phase, out ivec3 kernelStart, out ivec3 count, out ivec3 sourceStart) {
  kernelStart = ivec3(0);
  count = kernel;
  sourceStart = -padBefore;
}
`;

/*
 * Result i receives through tap k where i + padBefore - k * dilation is a multiple of the stride. The first such tap is
 * found by trying, without a division; the others are kernelStep apart.
 */
const BACKWARD = `
ivec3 axisTaps(int phase, int a) {
  int from = phase + padBefore[a];
  int remainder = from - quotient(from, stride[a]) * stride[a];
  int turn = dilation[a] - quotient(dilation[a], stride[a]) * stride[a];
  int end = min(kernel[a], kernelStep[a]);
  int k = 0;
  for (; k < end && remainder != 0; k++) {
    remainder -= turn;
    if (remainder < 0) remainder += stride[a];
  }
  if (k == end) return ivec3(0);
  from -= k * dilation[a];
  int source = from < 0 ? -quotient(-from, stride[a]) : quotient(from, stride[a]);
  return ivec3(k, quotient(kernel[a] - 1 - k, kernelStep[a]) + 1, source);
}
void tapsOf(ivec3 phase, out ivec3 kernelStart, out ivec3 count, out ivec3 sourceStart) {
  ivec3 depth = axisTaps(phase.x, 0), height = axisTaps(phase.y, 1), width = axisTaps(phase.z, 2);
  kernelStart = ivec3(depth.x, height.x, width.x);
  count = ivec3(depth.y, height.y, width.y);
  sourceStart = ivec3(depth.z, height.z, width.z);
}
`;

/** The function tapsOf(), and uniforms. */
export const tapFunctions = (backward: boolean): string => UNIFORMS + (backward ? BACKWARD : FORWARD);

/** Mixed radix: the digits of an index over three sizes, outermost first, and `beyond`, what is left of it. */
export const DIGITS = `
ivec3 digits(int index, ivec3 sizes, out int beyond) {
  int w = quotient(index, sizes.z), h = quotient(w, sizes.y);
  beyond = quotient(h, sizes.x);
  return ivec3(h - beyond * sizes.x, w - h * sizes.y, index - w * sizes.z);
}
`;
