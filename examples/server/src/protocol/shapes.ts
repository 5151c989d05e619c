/** What a model takes, against what a client gives. */
import {badRequest, ProtocolError} from './error.js';
import {type Datatype, elementCount, type ModelSpec, type Tensor, type TensorSpec} from './tensor.js';

/** Strings are objects of their own, each of which takes many times the two bytes that one may have in a request. */
const MAX_STRINGS = 2 ** 17;

/**
 * Looks at a shape before memory is taken for its elements, each of which has a byte at least of the body.
 *
 * @throws a ProtocolError where they are more than the body can hold, or than strings may be.
 */
export function checkCount(name: string, datatype: Datatype, shape: readonly number[], bodyBytes: number): void {
  const count = elementCount(shape);
  if (count > bodyBytes) throw badRequest(`input '${name}': shape [${shape}] has more elements than the request`);
  if (datatype === 'BYTES' && count > MAX_STRINGS)
    throw new ProtocolError(413, `input '${name}': a request has ${MAX_STRINGS} strings at most; got ${count}`);
}

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
