/** What the binaries export; see assembly/. Pointers are byte offsets in the memory. */
export interface CoreExports {
  convolve(conv: number, from: number, end: number): void;
  scratchBytes(conv: number): number;
  backpropFilter(conv: number, from: number, end: number): void;
  backpropFilterScratchBytes(conv: number): number;
  packPanels(
    to: number,
    from: number,
    parts: number,
    taps: number,
    rows: number,
    columns: number,
    part: number,
    row: number,
    column: number,
  ): void;
  packVectors(to: number, from: number, parts: number, taps: number, columns: number): void;
  multiply(
    rows: number,
    columns: number,
    depth: number,
    a: number,
    aRow: number,
    aDepth: number,
    b: number,
    panelDepth: number,
    first: number,
    c: number,
    cRow: number,
    init: number,
    initRow: number,
    limits: number,
  ): void;
  depthwise(conv: number, from: number, end: number): void;
  depthwiseBackpropFilter(conv: number, from: number, end: number): void;
  depthwiseScratchBytes(conv: number): number;
  grouped(conv: number, from: number, end: number): void;
  groupedScratchBytes(conv: number): number;
  groupedBackpropFilter(conv: number, from: number, end: number): void;
  groupedBackpropFilterScratchBytes(conv: number): number;
  expand(to: number, from: number, count: number, copies: number): void;
  contract(to: number, from: number, count: number, parts: number): void;
  finishRows(
    c: number,
    cRow: number,
    rows: number,
    columns: number,
    bias: number,
    activation: number,
    slopes: number,
    slopeStep: number,
  ): void;
  transpose(to: number, from: number, rows: number, columns: number): void;
  winograd(conv: number, size: number, streamed: number, from: number, end: number): void;
  winogradScratchBytes(conv: number, size: number, streamed: number): number;
  winogradFilterBytes(n: number, planes: number, channels: number, columns: number): number;
  transformFilter(
    n: number,
    to: number,
    from: number,
    parts: number,
    planes: number,
    channels: number,
    columns: number,
    part: number,
    row: number,
    column: number,
    passes: number,
  ): void;
  streamFilterBytes(groups: number, depth: number, columns: number): number;
  packStream(
    filter: number,
    taps: number,
    groups: number,
    planes: number,
    channels: number,
    columns: number,
    count: number,
  ): void;
  winogradBackpropFilter(conv: number, size: number, from: number, end: number): number;
  winogradBackpropFilterScratchBytes(conv: number, size: number): number;
  depthwiseFilterBytes(taps: number, channels: number): number;
  packDepthwise(to: number, from: number, list: number, taps: number, channels: number): void;
  lead(team: number): number;
}

/**
 * Memory that the core computes in, which has to have a maximum. `malloc` gives memory that is aligned to cache
 * lines, and throws where there is none left.
 */
export interface Heap {
  readonly memory: WebAssembly.Memory;
  malloc(bytes: number): number;
  free(pointer: number): void;
}
