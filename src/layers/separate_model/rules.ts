import {MAX_ELEMENTS} from '../../errors.js';

/** The rules of `separateModel` that others do not have, see `errors.ts`. */
export const SEPARATE_RULES = {
  model: 'model must be a LayersModel whose layers have been built',
  rank: `rank must be an integer from 1 to ${MAX_ELEMENTS}`,
  kinds: (known: readonly string[]) => `kinds must be a list of ${known.join(', ')}`,
  batch: 'batch must be a tensor or a list of tensors, what the model predicts from',
} as const;
