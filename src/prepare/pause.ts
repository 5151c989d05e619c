/** Lets the event loop do what waits: draw the page, answer the user, install what engines have compiled meanwhile. */
export const pause = (): Promise<void> => new Promise(resolve => setTimeout(resolve, 0));
