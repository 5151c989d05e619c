/** What a model takes, against what a client gives. */
import {badRequest} from './error.js';
import type {ModelSpec, Tensor, TensorSpec} from './tensor.js';

/**
 * The inputs in the model's order.
 *
 * @throws a ProtocolError where one is missing, given twice or of a shape that the model does not take.
 */
export function checkInputs(spec: ModelSpec, tensors: readonly Tensor[]): readonly Tensor[] {
  const inputs = spec.inputs.map(wanted => {
    const [tensor, ...others] = tensors.filter(({name}) => name === wanted.name);
    if (tensor === undefined) throw badRequest(`input '${wanted.name}' is missing`);
    if (others.length > 0) throw badRequest(`input '${wanted.name}' is given twice`);
    checkShape(wanted, tensor.shape);
    return tensor;
  });
  if (spec.batches) {
    const rows = inputs.map(({shape}) => shape[0]);
    if (rows.some(count => count !== rows[0])) {
      throw badRequest(`the first dimension of all inputs is the batch; got ${rows.join(' and ')}`);
    }
  }
  return inputs;
}

function checkShape({name, shape: wanted}: TensorSpec, shape: readonly number[]): void {
  const fits = shape.length === wanted.length && wanted.every((size, axis) => size === -1 || size === shape[axis]);
  if (!fits) throw badRequest(`input '${name}' has shape [${wanted}]; got [${shape}]`);
}
