/** What devices have complained about that nobody else heard. */
export const gpuErrors: string[] = [];
