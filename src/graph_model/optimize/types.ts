import type {io} from '@tensorflow/tfjs-core';

/*
 * A TensorFlow graph as TensorFlow.js reads it from model.json: the JSON form of GraphDef. Nothing in here is changed in
 * place, so that the graph that was loaded stays as it is.
 */

/** The JSON form of a shape: no `dim` is a scalar. */
export interface ShapeValue {
  readonly unknownRank?: boolean;
  readonly dim?: readonly {readonly size?: number | string}[];
}

/** The value of an attribute. Strings are in base64 (or lists of character codes), integers may be strings. */
export interface AttrValue {
  readonly s?: string | readonly number[];
  readonly i?: number | string;
  readonly f?: number;
  readonly b?: boolean;
  readonly type?: string | number;
  readonly shape?: ShapeValue;
  readonly tensor?: object;
  readonly func?: {readonly name: string; readonly attr?: Attributes};
  readonly placeholder?: string;
  readonly list?: {
    readonly s?: readonly (string | readonly number[])[];
    readonly i?: readonly (number | string)[];
    readonly f?: readonly number[];
    readonly b?: readonly boolean[];
    readonly func?: readonly {readonly name: string}[];
  };
}

export type Attributes = Readonly<Record<string, AttrValue>>;

/** One operation. Its inputs are 'node', 'node:index', 'node:output:index' inside of functions, or '^node' for control. */
export interface NodeDef {
  readonly name: string;
  readonly op: string;
  readonly input?: readonly string[];
  readonly attr?: Attributes;
}

interface ArgDef {
  readonly name: string;
}

/** A function of the library, which nodes call by its name. */
export interface FunctionDef {
  readonly signature: {
    readonly name: string;
    readonly inputArg?: readonly ArgDef[];
    readonly outputArg?: readonly ArgDef[];
  };
  readonly nodeDef?: readonly NodeDef[];
  /** Which output of a node each output of the function is. */
  readonly ret?: Readonly<Record<string, string>>;
}

export interface GraphDef {
  readonly node: readonly NodeDef[];
  readonly library?: {readonly function?: readonly FunctionDef[]};
  readonly versions?: object;
}

/** What a rewrite is about. */
export type GraphChangeKind =
  | 'inlined call'
  | 'folded constant'
  | 'removed identity'
  | 'dilated convolution'
  | 'explicit padding'
  | 'folded scale'
  | 'folded offset'
  | 'folded batch normalization'
  | 'fused activation'
  | 'simplified';

/** One rewrite of a graph. */
export interface GraphChange {
  readonly kind: GraphChangeKind;
  /** Names of the nodes that it replaced, and last that of the node that stands for them now. */
  readonly nodes: readonly string[];
  /** What was done, in a sentence. */
  readonly sentence: string;
}

/** A model whose graph was rewritten, and what was done to it. */
export interface OptimizedGraph {
  /** The artifacts that were given, where nothing was changed. */
  readonly artifacts: io.ModelArtifacts;
  readonly changes: readonly GraphChange[];
}
