/** Memory that requests may take together, so that many large ones cannot end the process. */
import {unavailable} from '../protocol/error.js';

export interface Budget {
  /** @throws a ProtocolError where so many bytes are not to be had now. */
  readonly take: (bytes: number) => void;
  readonly giveBack: (bytes: number) => void;
  readonly taken: () => number;
}

export function createBudget(maxBytes: number): Budget {
  let taken = 0;
  return {
    take: bytes => {
      if (taken + bytes > maxBytes) throw unavailable('the requests in the server take all the memory that they may');
      taken += bytes;
    },
    giveBack: bytes => {
      taken -= bytes;
    },
    taken: () => taken,
  };
}
