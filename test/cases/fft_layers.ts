/** A layer with as many channels out as in, odd kernels and padding 'same', for which Fourier tiles pay. */
export interface FftLayer {
  readonly name: string;
  readonly size: readonly [number, number];
  readonly kernel: readonly [number, number];
  readonly channels: number;
  readonly groups: number;
}

/** One of each way in which tiles are computed. */
export const FFT_LAYERS: readonly FftLayer[] = [
  {name: 'many channels', size: [45, 67], kernel: [7, 7], channels: 16, groups: 1},
  {name: 'planes of one group', size: [90, 110], kernel: [21, 21], channels: 3, groups: 3},
  {name: 'planes of several groups', size: [60, 75], kernel: [21, 21], channels: 7, groups: 7},
  {name: 'lines of one group', size: [1, 9000], kernel: [1, 301], channels: 1, groups: 1},
  {name: 'lines of several groups', size: [1500, 2], kernel: [201, 1], channels: 6, groups: 6},
];
