import {StockBaseConv} from './stock.js';
import type {BaseConv} from './stock.js';

/*
 * Methods of TensorFlow.js' own classes that are replaced while `registerLayers()` is in force, and put back after.
 */

type Method = (...args: never[]) => unknown;

/** A method of a prototype or of a class, and what takes its place. */
export interface Replacement {
  readonly holder: object;
  readonly name: string;
  /** Makes the new method out of the one that it replaces. */
  readonly make: (original: Method) => Method;
}

/** Replaces the method, and returns what undoes it as long as nothing else has replaced it since. */
export function replaceMethod({holder, name, make}: Replacement): () => void {
  const own = Object.getOwnPropertyDescriptor(holder, name);
  // The registration boundary: methods of a class by their names.
  const original = (holder as Record<string, Method>)[name];
  const replaced = make(original);
  Object.defineProperty(holder, name, {
    value: replaced,
    writable: true,
    configurable: true,
    enumerable: own?.enumerable,
  });
  return () => {
    if (Object.getOwnPropertyDescriptor(holder, name)?.value !== replaced) return;
    if (own === undefined) Reflect.deleteProperty(holder, name);
    else Object.defineProperty(holder, name, own);
  };
}

/**
 * Lets TensorFlow.js' constructors keep arguments that they do not know. BaseConv hands its arguments to `verifyArgs` and
 * then sets `rank` of the layer, where they are given to `keep`.
 */
export function keepArgs(keep: (layer: BaseConv, args: object) => void): () => void {
  const {prototype} = StockBaseConv;
  let args: object = {};
  const restoreVerify = replaceMethod({
    holder: StockBaseConv,
    name: 'verifyArgs',
    make: original =>
      function (this: unknown, given: never): unknown {
        const result: unknown = original.call(this, given);
        args = given;
        return result;
      },
  });
  Object.defineProperty(prototype, 'rank', {
    configurable: true,
    set(this: BaseConv, value: number) {
      Object.defineProperty(this, 'rank', {value, writable: true, enumerable: true, configurable: true});
      const given = args;
      args = {};
      keep(this, given);
    },
  });
  return () => {
    restoreVerify();
    Reflect.deleteProperty(prototype, 'rank');
  };
}
