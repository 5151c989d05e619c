/** What the tests of a page gave. */
export interface Report {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly failures: ReadonlyArray<{readonly name: string; readonly messages: readonly string[]}>;
  /** What is wrong beside failed tests. */
  readonly problems: readonly string[];
  readonly note: string;
}

declare global {
  /** Runs the tests of the page; the harness calls it. */
  var tfjsConvRun: () => Promise<Report>;
}
