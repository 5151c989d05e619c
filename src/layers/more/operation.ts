import {Tensor, tidy, zeros} from '@tensorflow/tfjs-core';
import type {serialization} from '@tensorflow/tfjs-core';
import {layers} from '@tensorflow/tfjs-layers';
import type {Shape} from '@tensorflow/tfjs-layers';
import {fail} from '../../errors.js';
import {isObject} from '../keras/json.js';
import type {Json, JsonObject} from '../keras/json.js';
import {LAYER_RULES} from '../rules.js';
import type {LayerArgs} from '../stock.js';
import {ELEMENTWISE, OPERATIONS} from './operation_table.js';
import type {Argument, Arguments} from './operation_table.js';

export interface KerasOperationArgs extends LayerArgs {
  operation: string;
  args: Json[];
  kwargs: JsonObject;
}

/** An argument whose places hold the inputs. */
function filled(value: Json, inputs: readonly Tensor[]): Argument {
  if (Array.isArray(value)) return value.map(element => filled(element, inputs)) as Argument[];
  if (isObject(value)) return typeof value.tensor === 'number' ? inputs[value.tensor] : null;
  return value;
}

const isShape = (shape: Shape | Shape[]): shape is Shape => !Array.isArray(shape[0]);

/** The shape that two shapes broadcast to. A size that is not known is larger than 1. */
function broadcast(a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length);
  const [from, to] = [a, b].map(shape => [...new Array<number>(rank - shape.length).fill(1), ...shape]);
  return from.map((size, axis) => (size === 1 ? to[axis] : size));
}

/** Sizes that stand for those that are not known; the sizes of a result that change with them are not known either. */
const STAND_INS: readonly number[] = [2, 3];

/** A function that a Functional model calls between its layers. */
export class KerasOperation extends layers.Layer {
  static className = 'KerasOperation';

  private readonly operation: string;
  private readonly callArgs: Pick<KerasOperationArgs, 'args' | 'kwargs'>;

  constructor({operation, args, kwargs, ...rest}: KerasOperationArgs) {
    super(rest);
    this.operation = operation;
    this.callArgs = {args, kwargs};
    if (!(operation in OPERATIONS)) fail(this.getClassName(), LAYER_RULES.operation, 'operation', operation);
  }

  override call(inputs: Tensor | Tensor[]): Tensor {
    return tidy(() => {
      const tensors = inputs instanceof Tensor ? [inputs] : inputs;
      const call: Arguments = {
        args: this.callArgs.args.map(value => filled(value, tensors)),
        kwargs: Object.fromEntries(
          Object.entries(this.callArgs.kwargs).map(([key, value]) => [key, filled(value, tensors)]),
        ),
      };
      return OPERATIONS[this.operation](call);
    });
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    const shapes = isShape(inputShape) ? [inputShape] : inputShape;
    if (this.operation in ELEMENTWISE) return shapes.reduce(broadcast);
    const [first, second] = STAND_INS.map(size =>
      tidy(() => this.call(shapes.map(shape => zeros(shape.map(known => known ?? size)))).shape),
    );
    return first.map((size, axis) => (size === second[axis] ? size : null));
  }

  override getConfig(): serialization.ConfigDict {
    const {operation, callArgs} = this;
    return {...super.getConfig(), operation, ...callArgs};
  }
}
