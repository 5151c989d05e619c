import type {OpExecutor} from '@tensorflow/tfjs-converter';
import type {FunctionDef, GraphDef, NodeDef} from './optimize/types.js';
import {GRAPH_OPS} from './ops/table.js';

/*
 * TensorFlow.js decides when a graph is loaded whether a node runs on a registered op, and looks that op up whenever it
 * runs. So our ops have names of their own, which nodes get when their graph is loaded: what somebody registers under
 * TensorFlow's names stays, nothing has to be put back, and models that were loaded with our ops run as long as they like.
 */

const ownName = (op: string): string => `TfjsConv>${op}`;

function ownNode(node: NodeDef): NodeDef {
  const {when = () => true} = GRAPH_OPS.get(node.op) ?? {when: () => false};
  return when(node) ? {...node, op: ownName(node.op)} : node;
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
  GRAPH_OPS.forEach(({run}, op) => registerOp(ownName(op), run));
}
