/** What a page of test/browser says before it loads a test file. */
export interface TestPage {
  /** The only backend of this page. */
  readonly backend: string;
}

declare global {
  // Global scope is what page and test file share.
  var tfjsConvTestPage: TestPage | undefined;
}

/** undefined in Node. */
export const page = (): TestPage | undefined => globalThis.tfjsConvTestPage;
