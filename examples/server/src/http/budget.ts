/** Memory that requests may take together, so that many large ones cannot end the process. */
import {unavailable} from '../protocol/error.js';

export interface Budget {
  /**
   * Takes bytes for a request, beside those that it has; nothing for one that gave back what it had.
   *
   * @throws a ProtocolError where so many are not to be had now.
   */
  readonly take: (request: object, bytes: number) => void;
  /** Gives back all that the request has. */
  readonly giveBack: (request: object) => void;
  readonly taken: () => number;
}

export function createBudget(maxBytes: number): Budget {
  const parts = new WeakMap<object, number>();
  const ended = new WeakSet<object>();
  let taken = 0;
  return {
    take: (request, bytes) => {
      if (ended.has(request)) return;
      if (taken + bytes > maxBytes) throw unavailable('the requests in the server take all the memory that they may');
      taken += bytes;
      parts.set(request, (parts.get(request) ?? 0) + bytes);
    },
    giveBack: request => {
      taken -= parts.get(request) ?? 0;
      parts.delete(request);
      ended.add(request);
    },
    taken: () => taken,
  };
}
