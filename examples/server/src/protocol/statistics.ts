/** The statistics extension: counts, and sums of nanoseconds. */
import type {ServedModel} from '../models/served.js';

const nanoseconds = ({count, ms}: {readonly count: number; readonly ms: number}) => ({count, ns: Math.round(ms * 1e6)});

export function modelStatistics({name, version, statistics: {totals, batchSizes}}: ServedModel) {
  return {
    name,
    version,
    last_inference: totals.lastInference,
    inference_count: totals.inferences,
    execution_count: totals.executions,
    inference_stats: {
      success: nanoseconds(totals.success),
      fail: nanoseconds(totals.fail),
      queue: nanoseconds(totals.queue),
      compute_infer: nanoseconds(totals.compute),
    },
    batch_stats: [...batchSizes]
      .sort(([a], [b]) => a - b)
      .map(([size, compute]) => ({batch_size: size, compute_infer: nanoseconds(compute)})),
  };
}
