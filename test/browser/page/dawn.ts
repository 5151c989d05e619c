/** A page has WebGPU of its own. */
export const installDawn = (): void => undefined;

/** Only Dawn in Node can wait for a buffer. */
export function mapSync(): never {
  throw new Error('a page cannot map a buffer at once');
}
