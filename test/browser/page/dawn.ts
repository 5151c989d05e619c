/** A page has WebGPU of its own. */
export const installDawn = (): void => undefined;
