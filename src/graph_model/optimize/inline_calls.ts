import type {io} from '@tensorflow/tfjs-core';
import {openGraph} from './graph.js';
import type {Graph} from './graph.js';
import {freeName, inputOf, parseInput} from './node_names.js';
import {flatIndex} from './output_args.js';
import type {AttrValue, FunctionDef, GraphChange, GraphDef, NodeDef, OptimizedGraph} from './types.js';

/** Ops that call a function of the library and nothing else. */
const CALLS: ReadonlySet<string> = new Set(['PartitionedCall', 'StatefulPartitionedCall']);

/** How deep calls in calls may go: a function that calls itself is left alone. */
const MAX_DEPTH = 64;

type Functions = ReadonlyMap<string, FunctionDef>;

/** The nodes of the graph in the making, and where the outputs of inlined calls come from. */
interface Inlining {
  readonly functions: Functions;
  readonly nodes: Map<string, NodeDef>;
  /** The graph before, whose names no new node may have. */
  readonly graph: Graph;
  readonly outputs: Map<string, readonly string[]>;
  readonly changes: GraphChange[];
}

/** The value of an attribute of a body, with what the call says where the function leaves it open. */
function withArguments(attr: NodeDef['attr'], call: NodeDef): NodeDef['attr'] | undefined {
  const filled: Record<string, AttrValue> = {};
  for (const [key, value] of Object.entries(attr ?? {})) {
    const given = value.placeholder == null ? value : (call.attr?.f?.func?.attr ?? {})[value.placeholder];
    if (given == null) return undefined;
    filled[key] = given;
  }
  return filled;
}

/** Names of the graph for what a body calls its nodes. A constant keeps its own, which is that of its weight. */
function bodyNames({nodes, graph}: Inlining, call: NodeDef, body: readonly NodeDef[]): Map<string, string> {
  const names = new Map<string, string>();
  const given = new Set<string>();
  const isTaken = (name: string) =>
    nodes.has(name) || graph.nodes.has(name) || graph.weights.has(name) || given.has(name);
  for (const {name, op} of body) {
    const other = nodes.get(name) ?? graph.nodes.get(name);
    const keeps = op === 'Const' && (other == null || other.op === 'Const');
    const free = keeps ? name : freeName(`${call.name}/${name}`, isTaken);
    given.add(free);
    names.set(name, free);
  }
  return names;
}

/** The body of the function that a node calls, in the names of the graph; undefined if the call has to stay. */
function expand(state: Inlining, call: NodeDef): {nodes: NodeDef[]; outputs: string[]} | undefined {
  const definition = state.functions.get(call.attr?.f?.func?.name ?? '');
  if (!CALLS.has(call.op) || definition == null) return undefined;
  const {signature, nodeDef: body = [], ret = {}} = definition;
  const args = signature.inputArg ?? [];
  const given = (call.input ?? []).filter(input => !input.startsWith('^'));
  const controls = (call.input ?? []).filter(input => input.startsWith('^'));
  if (args.length !== given.length) return undefined;
  const argInputs = new Map(args.map(({name}, n) => [name, given[n]]));
  const names = bodyNames(state, call, body);
  const ops = new Map(body.map(({name, op}) => [name, op]));
  const rename = (input: string): string | undefined => {
    const {node, control} = parseInput(input);
    const argument = argInputs.get(node);
    if (argument !== undefined) return control ? `^${parseInput(argument).node}` : argument;
    const name = names.get(node);
    if (name === undefined) return undefined;
    return control ? `^${name}` : inputOf(name, flatIndex(ops.get(node) ?? '', input));
  };
  const nodes: NodeDef[] = [];
  for (const node of body) {
    const attr = withArguments(node.attr, call);
    const input = (node.input ?? []).map(rename);
    const isSource = input.length === 0 && node.op !== 'Const';
    if (attr == null || !input.every(each => each !== undefined)) return undefined;
    nodes.push({...node, name: names.get(node.name) ?? node.name, input: isSource ? controls : input, attr});
  }
  const outputs = (signature.outputArg ?? []).map(({name}) => rename(ret[name] ?? ''));
  return outputs.every(each => each !== undefined) ? {nodes, outputs} : undefined;
}

/** Adds a node, or, where it is a call, what it calls, in the same way. */
function addNode(state: Inlining, node: NodeDef, depth: number): void {
  const expanded = depth < MAX_DEPTH ? expand(state, node) : undefined;
  if (expanded == null) {
    state.nodes.set(node.name, node);
    return;
  }
  for (const each of expanded.nodes) addNode(state, each, depth + 1);
  state.outputs.set(node.name, expanded.outputs);
  state.changes.push({
    kind: 'inlined call',
    nodes: [node.name, ...expanded.outputs.map(output => parseInput(output).node)],
    sentence: `the call of ${node.attr?.f?.func?.name} was replaced by its ${expanded.nodes.length} nodes`,
  });
}

/** The input with calls followed to what they return. */
function followed(outputs: Inlining['outputs'], input: string): string {
  const {node, index, control} = parseInput(input);
  const returned = outputs.get(node);
  if (returned === undefined) return input;
  if (control) return `^${parseInput(followed(outputs, returned[0] ?? '')).node}`;
  return followed(outputs, returned[index] ?? input);
}

/** A node with the name of an inlined call, for whoever asks for the outputs of the model by that name. */
function standIn({outputs}: Inlining, name: string): NodeDef {
  const returned = (outputs.get(name) ?? []).map(input => followed(outputs, input));
  return {name, op: returned.length === 1 ? 'Identity' : 'IdentityN', input: returned, attr: {}};
}

/** Removes what came out of functions and is not needed: otherwise, it may count as an output of the model. */
function dropUnread({nodes, graph}: Inlining): void {
  const pending = [...nodes.keys()].filter(name => graph.nodes.has(name));
  const read = new Set(pending);
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    for (const input of nodes.get(name)?.input ?? []) {
      const {node} = parseInput(input);
      if (!read.has(node)) pending.push(node);
      read.add(node);
    }
  }
  for (const name of [...nodes.keys()]) if (!read.has(name)) nodes.delete(name);
}

/** The nodes of a graph with its calls inlined, and what was done. */
export function inlineNodes(graph: Graph, {node, library}: GraphDef): Pick<Inlining, 'nodes' | 'changes'> {
  const functions = new Map((library?.function ?? []).map(each => [each.signature.name, each]));
  const state: Inlining = {functions, nodes: new Map(), graph, outputs: new Map(), changes: []};
  for (const each of node) addNode(state, each, 0);
  for (const name of graph.outputs) if (state.outputs.has(name)) state.nodes.set(name, standIn(state, name));
  for (const [name, each] of state.nodes) {
    const input = each.input?.map(one => followed(state.outputs, one));
    if (!graph.outputs.has(name) || !state.outputs.has(name)) state.nodes.set(name, {...each, input});
  }
  dropUnread(state);
  return state;
}

/** The topology of artifacts, if it is a graph. */
export function graphDefOf({modelTopology}: io.ModelArtifacts): GraphDef | undefined {
  // The registration boundary: the topology has no type in TensorFlow.js.
  const topology = modelTopology as Partial<GraphDef> | ArrayBuffer | undefined;
  return topology != null && 'node' in topology && Array.isArray(topology.node)
    ? {...topology, node: topology.node}
    : undefined;
}

/**
 * Replaces calls of functions in the library of the graph (PartitionedCall and StatefulPartitionedCall, which Keras wraps
 * grouped convolutions in) by the nodes of these functions, calls within them included. Functions that control flow runs
 * stay in the library. A call that is an output of the model leaves an Identity of its name.
 *
 * The result is the same for every input: calling a function is running its nodes with the arguments as inputs.
 *
 * @param artifacts The model as an IOHandler gives it. It is not changed.
 */
export function inlineCalls(artifacts: io.ModelArtifacts): OptimizedGraph {
  const definition = graphDefOf(artifacts);
  if (definition == null) return {artifacts, changes: []};
  const {nodes, changes} = inlineNodes(openGraph(artifacts, definition), definition);
  if (changes.length === 0) return {artifacts, changes};
  return {artifacts: {...artifacts, modelTopology: {...definition, node: [...nodes.values()]}}, changes};
}
