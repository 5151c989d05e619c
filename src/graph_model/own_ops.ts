import type {GraphNode, OpExecutor} from '@tensorflow/tfjs-converter';
import {textOf} from './optimize/attributes.js';
import type {Attributes, AttrValue, FunctionDef, GraphDef, NodeDef} from './optimize/types.js';
import {GRAPH_OPS} from './ops/table.js';

/*
 * TensorFlow.js decides when a graph is loaded whether a node runs on a registered op, and looks that op up whenever it
 * runs. So our ops have names of their own, which nodes get when their graph is loaded: what somebody registers under
 * TensorFlow's names stays, nothing has to be put back, and models that were loaded with our ops run as long as they like.
 */

const ownName = (op: string): string => `TfjsConv>${op}`;

/** The one attribute that a node of ours has. */
const ATTRS = 'attrs';

const lowerText = (s: string | readonly number[]): string => textOf(s).toLowerCase();

/** An attribute as TensorFlow.js hands it to an op, which reads strings in lower case. */
function valueOf({i, f, s, b, list}: AttrValue): unknown {
  if (i != null || f != null) return Number(i ?? f);
  if (s != null) return lowerText(s);
  if (list?.s != null) return list.s.map(lowerText);
  return b ?? list?.f?.map(Number) ?? list?.i?.map(Number);
}

/** The attributes of a node, read at its first run: of one that never runs they may be anything. */
interface OwnAttrs {
  readonly raw: Attributes;
  read?: GraphNode['attrs'];
}

/**
 * TensorFlow.js reads all attributes of a node again whenever it runs, which takes longer than a small convolution. A list
 * of truth values is handed on as it is, so the attributes stand in one that holds them, read once.
 */
const ownAttr = (raw: Attributes = {}): Attributes => {
  const held: OwnAttrs = {raw};
  // The registration boundary: this is no list of truth values, and nobody but our ops reads it.
  return {[ATTRS]: {list: {b: held as unknown as boolean[]}}};
};

function attrsOf({attrs}: GraphNode): GraphNode['attrs'] {
  // The registration boundary, as above. What a graph holds has no type.
  const held = attrs[ATTRS] as unknown as OwnAttrs;
  held.read ??= Object.fromEntries(
    Object.entries(held.raw).map(([name, value]) => [name, valueOf(value)]),
  ) as GraphNode['attrs'];
  return held.read;
}

function ownNode(node: NodeDef): NodeDef {
  const {when = () => true} = GRAPH_OPS.get(node.op) ?? {when: () => false};
  return when(node) ? {...node, op: ownName(node.op), attr: ownAttr(node.attr)} : node;
}

const ownFunction = (definition: FunctionDef): FunctionDef => ({
  ...definition,
  nodeDef: definition.nodeDef?.map(ownNode),
});

/** The graph with its convolutions on our ops, those in its functions too. */
export function withOwnOps(graph: GraphDef): GraphDef {
  const {node, library} = graph;
  const functions = library?.function;
  return {
    ...graph,
    node: node.map(ownNode),
    ...(functions === undefined ? {} : {library: {...library, function: functions.map(ownFunction)}}),
  };
}

/** Registers our ops under their names, for good: nothing else has such names. */
export function registerOwnOps(registerOp: (name: string, executor: OpExecutor) => void): void {
  GRAPH_OPS.forEach(({run}, op) => registerOp(ownName(op), node => run({inputs: node.inputs, attrs: attrsOf(node)})));
}
