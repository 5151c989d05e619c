/*
 * Slices of the results of a convolution, by lines and columns, which the programs of the filter's gradient sum side by side.
 */

/** The axes, and the slices of their results. */
export const SLICE_UNIFORMS = {
  sourceSize: 'vec3<i32>',
  grid: 'vec3<i32>',
  kernel: 'vec3<i32>',
  stride: 'vec3<i32>',
  dilation: 'vec3<i32>',
  padBefore: 'vec3<i32>',
  lines: 'i32',
  linesPerSlice: 'i32',
  columnSlices: 'i32',
  columnsPerSlice: 'i32',
} as const;

/**
 * Of a thread's number `tapNumber`, slices outermost: its tap, where the tap reads for result 0, the slice's lines first ...
 * last - 1, and its first column.
 */
export const SLICE_OF_TAP = `
  let taps = u.kernel.x * u.kernel.y * u.kernel.z;
  let slice = tapNumber / taps;
  let tap = tapNumber - slice * taps;
  let tapLine = tap / u.kernel.z;
  let tapPlane = tapLine / u.kernel.y;
  let offset = vec3<i32>(tapPlane, tapLine - tapPlane * u.kernel.y, tap - tapLine * u.kernel.z) * u.dilation - u.padBefore;
  let lineSlice = slice / u.columnSlices;
  let first = lineSlice * u.linesPerSlice;
  let last = min(first + u.linesPerSlice, u.lines);
  let firstColumn = (slice - lineSlice * u.columnSlices) * u.columnsPerSlice;
`;
