import {engine, getKernel, registerKernel, unregisterKernel, zeros} from '@tensorflow/tfjs-core';
import type {
  KernelBackend,
  KernelConfig,
  KernelDisposeFunc,
  KernelFunc,
  Tensor,
  TensorInfo,
} from '@tensorflow/tfjs-core';
import {completeError} from '../errors.js';
import type {Shapes} from '../errors.js';
import {registerFlags} from './flags.js';
import type {ConvNDCall, KernelAttrs, KernelName, RepeatedCall} from './kernel_names.js';
import type {KernelArgs, KernelTable, Variants} from './kernel_table.js';
import {areFlags, choiceFlags, selectOnce, selectVariant} from './select.js';
import {noteVariant} from './variants_run.js';

/** Where the configuration of a kernel in the TensorFlow.js registry keeps the variants that it chooses from. */
const VARIANTS: unique symbol = Symbol.for('tfjs-conv.variants');

/** Where it keeps how calls of it are repeated. */
const REPEAT: unique symbol = Symbol.for('tfjs-conv.repeat');

interface OurKernel<K extends KernelName> extends KernelConfig {
  readonly [VARIANTS]?: Variants<K>;
  readonly [REPEAT]?: (args: KernelArgs<K>) => RepeatedCall | undefined;
}

interface TableOptions {
  /** Gets a backend of that name when it is removed. */
  readonly dispose?: (backend: KernelBackend) => void;
  /** Whether variants depend on nothing but the geometry and the flags of this package: see selectOnce(). */
  readonly choosesOnce?: boolean;
}

/** Nothing to compute: the result is empty, or the gradient of a filter that nothing went through. */
function isEmpty({attrs}: KernelArgs<KernelName>): boolean {
  const {batch} = 'first' in attrs ? attrs.first : attrs.geometry;
  return batch === 0 || attrs.outputShape.includes(0);
}

/** Shapes of the inputs that are given, by their names. */
const shapesOf = (inputs: {readonly [name: string]: Tensor | undefined}): Shapes =>
  Object.fromEntries(
    Object.entries(inputs).flatMap(([name, tensor]) => (tensor === undefined ? [] : [[name, tensor.shape]])),
  );

/** Repeats a call whose attributes say how. */
function repeatConv({inputs, attrs, backend}: KernelArgs<KernelName>): TensorInfo | undefined {
  if (!('repeating' in attrs) || attrs.repeating?.backend !== backend) return undefined;
  if (!('x' in inputs) || !('filter' in inputs)) return undefined;
  return attrs.repeating.repeat(inputs.x, inputs.bias, inputs.preluActivationWeights);
}

function kernelConfig<K extends KernelName>(
  kernelName: K,
  backendName: string,
  variants: Variants<K>,
  {dispose, choosesOnce = false}: TableOptions,
): KernelConfig {
  const select = choosesOnce ? selectOnce(variants) : (attrs: KernelAttrs<K>) => selectVariant(variants, attrs);
  const run = (args: KernelArgs<K>) => {
    const repeated = repeatConv(args);
    if (repeated !== undefined) return repeated;
    try {
      if (isEmpty(args)) return zeros(args.attrs.outputShape);
      const variant = select(args.attrs);
      noteVariant(variant.name);
      return variant.run(args);
    } catch (error) {
      completeError(error, kernelName, () => shapesOf({...args.inputs}));
      throw error;
    }
  };
  const repeat = (args: KernelArgs<K>): RepeatedCall | undefined => {
    const variant = select(args.attrs);
    const repeated = isEmpty(args) ? undefined : variant.repeat?.(args);
    if (repeated === undefined) return undefined;
    const flags = choiceFlags();
    return (x, bias, slopes) => {
      if (!areFlags(flags)) return undefined;
      noteVariant(variant.name);
      try {
        return repeated(x, bias, slopes);
      } catch (error) {
        completeError(error, kernelName, () => shapesOf({...args.inputs}));
        throw error;
      }
    };
  };
  // The registration boundary: TensorFlow.js knows inputs and attributes as maps of anything.
  const config: OurKernel<K> = {
    kernelName,
    backendName,
    kernelFunc: run as unknown as KernelFunc,
    disposeFunc: dispose as KernelDisposeFunc | undefined,
    [VARIANTS]: variants,
    [REPEAT]: repeat,
  };
  return config;
}

/** How calls of a registered kernel repeat one that has run; undefined where they do not. */
export function repeatedCall<K extends KernelName>(
  kernelName: K,
  backendName: string,
  args: KernelArgs<K>,
): RepeatedCall | undefined {
  const config: OurKernel<K> | undefined = getKernel(kernelName, backendName);
  return config?.[REPEAT]?.(args);
}

/** The attributes of a call of ConvND that has run on the current backend, with how it is repeated, if it can be. */
export function repeatingAttrs({inputs, attrs}: ConvNDCall): ConvNDCall['attrs'] | undefined {
  const {backendName, backend} = engine();
  const repeat = repeatedCall('ConvND', backendName, {inputs, attrs, backend});
  return repeat === undefined ? undefined : {...attrs, repeating: {backend, repeat}};
}

/** The variants that are registered for a kernel of a backend; none where it has none of ours. */
export function registeredVariants<K extends KernelName>(kernelName: K, backendName: string): Variants<K> {
  const config: OurKernel<K> | undefined = getKernel(kernelName, backendName);
  return config?.[VARIANTS] ?? [];
}

/** Registers every kernel of the table for the backend, in place of any of the same name. */
export function registerTable(backendName: string, table: KernelTable, options: TableOptions = {}): void {
  registerFlags();
  const register = <K extends KernelName>(kernelName: K) => {
    if (getKernel(kernelName, backendName) != null) unregisterKernel(kernelName, backendName);
    registerKernel(kernelConfig(kernelName, backendName, table[kernelName], options));
  };
  (Object.keys(table) as KernelName[]).forEach(register);
}
