/*
 * Inside of functions an input names an output by its argument and the index in it, 'node:indices:0'; in graphs by its
 * index among all outputs, 'node:1'. These are the ops of more than one output argument.
 */
const OUTPUT_ARGS: Readonly<Record<string, readonly string[] | undefined>> = {
  FusedBatchNorm: ['y', 'batch_mean', 'batch_variance', 'reserve_space_1', 'reserve_space_2'],
  FusedBatchNormV2: ['y', 'batch_mean', 'batch_variance', 'reserve_space_1', 'reserve_space_2'],
  FusedBatchNormV3: ['y', 'batch_mean', 'batch_variance', 'reserve_space_1', 'reserve_space_2', 'reserve_space_3'],
  ListDiff: ['out', 'idx'],
  MaxPoolWithArgmax: ['output', 'argmax'],
  Merge: ['output', 'value_index'],
  NonMaxSuppressionV4: ['selected_indices', 'valid_outputs'],
  NonMaxSuppressionV5: ['selected_indices', 'selected_scores', 'valid_outputs'],
  RaggedGather: ['output_nested_splits', 'output_dense_values'],
  RaggedRange: ['rt_nested_splits', 'rt_dense_values'],
  SparseFillEmptyRows: ['output_indices', 'output_values', 'empty_row_indicator', 'reverse_index_map'],
  SparseReshape: ['output_indices', 'output_shape'],
  StringNGrams: ['ngrams', 'ngrams_splits'],
  StringSplit: ['indices', 'values', 'shape'],
  Switch: ['output_false', 'output_true'],
  TensorArrayV3: ['handle', 'flow'],
  TopKV2: ['values', 'indices'],
  Unique: ['y', 'idx'],
  UniqueV2: ['y', 'idx'],
};

/** The index among all outputs that an input of a function's node stands for. */
export function flatIndex(op: string, input: string): number {
  const [, second, third] = input.split(':');
  if (third === undefined) return Number(second ?? 0);
  return Math.max(0, OUTPUT_ARGS[op]?.indexOf(second) ?? 0) + Number(third);
}
