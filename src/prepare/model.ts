import {engine, scalar, Tensor, tensor_util} from '@tensorflow/tfjs-core';
import {fail, MODEL_RULES} from '../errors.js';
import type {ModelInputs} from './inputs.js';

/** Something that computes tensors of tensors, at once or as a promise. */
type Compute = (...inputs: never[]) => unknown;

/**
 * What can be prepared: a LayersModel or GraphModel, any object with `predict`, `execute`, `executeAsync` or `call`, or a
 * function of the inputs.
 */
export type PreparableModel =
  | Compute
  | {readonly predict: Compute}
  | {readonly execute: Compute}
  | {readonly executeAsync: Compute}
  | {readonly call: Compute};

/** One way to run a model. */
export interface Method {
  readonly name: string;
  readonly run: (inputs: ModelInputs) => unknown;
  /** Whether it may be run without being computed: nothing of it is kept, and it is done when it returns. */
  readonly isTraceable: boolean;
}

/** The methods of models, those that are asked first in front; `more` are arguments after the inputs. */
const METHODS = [
  {name: 'predict', more: []},
  {name: 'execute', more: []},
  {name: 'executeAsync', more: []},
  {name: 'call', more: [{}]},
] as const;

type Fields = Readonly<Record<string, unknown>>;

/** The registration boundary: models may be of any package, and only they know what they take. */
type Callable = (...inputs: unknown[]) => unknown;

/** A model of TensorFlow.js itself, whose predict keeps nothing: a GraphModel, or a LayersModel without states. */
const keepsNothing = (model: Fields): boolean =>
  ('executor' in model && 'artifacts' in model) || (Array.isArray(model.layers) && model.stateful === false);

/**
 * The ways to run a model.
 * @throws if there is none.
 */
export function methodsOf(op: string, model: unknown): Method[] {
  if (typeof model === 'function') {
    return [{name: 'function', run: inputs => (model as Callable)(inputs), isTraceable: false}];
  }
  const methods =
    typeof model === 'object' && model !== null
      ? METHODS.flatMap(({name, more}): Method[] => {
          const method = (model as Fields)[name];
          if (typeof method !== 'function') return [];
          return [
            {
              name,
              run: inputs => (method as Callable).call(model, inputs, ...more),
              isTraceable: name === 'predict' && keepsNothing(model as Fields),
            },
          ];
        })
      : [];
  if (methods.length === 0) fail(op, MODEL_RULES.model, 'model', model);
  return methods;
}

/** Whether a tensor was made after another one, and is nobody's to keep. */
const isMadeAfter =
  (id: number) =>
  (tensor: Tensor): boolean =>
    tensor.id > id && !tensor.kept && !tensor.isDisposed;

/** The id of the tensor that was made last. */
function lastId(): number {
  const marker = scalar(0);
  marker.dispose();
  return marker.id;
}

/**
 * Calls `compute` in a scope of its own, which frees what it makes on the way and does not return. What a promise may
 * still need stays.
 */
function inScope<T>(compute: () => T): T {
  let kept: Tensor[] = [];
  engine().startScope('prepare');
  try {
    const result = compute();
    kept =
      result instanceof Promise
        ? [...engine().state.activeScope.track]
        : tensor_util.getTensorsInContainer(result as Tensor[]);
    return result;
  } finally {
    engine().endScope(kept);
  }
}

/** Gives `use` the tensors that `compute` has made and returned, and frees them. */
export async function withOutputs(compute: () => unknown, use: (outputs: Tensor[]) => unknown): Promise<void> {
  const before = lastId();
  const result = await inScope(compute);
  const outputs = tensor_util.getTensorsInContainer(result as Tensor[]);
  try {
    await use(outputs);
  } finally {
    outputs.filter(isMadeAfter(before)).forEach(tensor => tensor.dispose());
  }
}
