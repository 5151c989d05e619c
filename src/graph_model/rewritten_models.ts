import {GraphModel, registerOp} from '@tensorflow/tfjs-converter';
import type {OpExecutor} from '@tensorflow/tfjs-converter';
import {rewritingMethods} from './loading.js';
import type {Loading} from './loading.js';
import {registerOwnOps} from './own_ops.js';
import type {Rewriting} from './rewrite.js';

/**
 * What of `@tensorflow/tfjs-converter`, or of `@tensorflow/tfjs` that exports it again, is extended. A program may have
 * several copies of it.
 */
export interface Converter {
  /** The class of the models. */
  readonly GraphModel: {readonly prototype: object};
  /** Registers an op for them. */
  readonly registerOp: (name: string, executor: OpExecutor) => void;
}

/** The copy that this package imports. */
export const CONVERTER: Converter = {GraphModel, registerOp};

/** Where a class of models keeps who has its models rewritten. Copies of this module know each other's by it. */
const USERS: unique symbol = Symbol.for('tfjs-conv.graphModelUsers');

/** Somebody who wants models rewritten: all of them, or one. */
interface User {
  readonly rewriting: Rewriting;
  readonly model?: object;
}

/** All of them, and the methods that do it for them. */
interface Users {
  readonly all: Set<User>;
  methods?: Pick<Loading, 'loadSync'>;
  restore?: () => void;
}

interface Extensible extends Loading {
  [USERS]?: Users;
}

/** The most that anybody wants of a model. */
function wanted({all}: Users, of: object): Rewriting | undefined {
  const found = [...all].filter(({model}) => model === undefined || model === of).map(({rewriting}) => rewriting);
  return found.includes('optimize') ? 'optimize' : found[0];
}

/** Extends the class, unless that is done already. */
function extend(models: Extensible, users: Users): void {
  if (users.methods?.loadSync === models.loadSync) return;
  const {loadSync, loadStreaming} = models;
  const methods = rewritingMethods({loadSync, loadStreaming}, model => wanted(users, model));
  Object.assign(models, methods);
  users.methods = methods;
  users.restore = () => {
    // Where somebody has extended the class since, ours stays below theirs and does nothing.
    if (models.loadSync === methods.loadSync && models.loadStreaming === methods.loadStreaming) {
      Object.assign(models, {loadSync, loadStreaming});
      users.methods = undefined;
    }
  };
}

/**
 * Has all models that are loaded from now on rewritten, or one of them, until what it returns is called. However many
 * ask for it, and from whichever copy of this package, each model is rewritten once.
 */
export function rewriteModels(rewriting: Rewriting, converter: Converter, model?: object): () => void {
  registerOwnOps(converter.registerOp);
  // TensorFlow.js' types do not show the methods.
  const models = converter.GraphModel.prototype as Extensible;
  const users = (models[USERS] ??= {all: new Set()});
  const user = {rewriting, model};
  users.all.add(user);
  extend(models, users);
  return () => {
    users.all.delete(user);
    if (users.all.size === 0) users.restore?.();
  };
}
