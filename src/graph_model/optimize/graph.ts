import type {io} from '@tensorflow/tfjs-core';
import {freeName, inputOf, parseInput} from './node_names.js';
import type {AttrValue, GraphDef, NodeDef} from './types.js';
import {openWeights} from './weights.js';
import type {Constant, Weights} from './weights.js';

/**
 * A graph while it is rewritten: nodes by their names in their order, and who reads them. Nodes are replaced as a whole
 * and never changed in place.
 */
export interface Graph {
  readonly nodes: Map<string, NodeDef>;
  /** How often each node is read by each other one. */
  readonly consumers: Map<string, Map<string, number>>;
  /** Nodes whose names stay: outputs of the model, and whatever is not this graph's to remove. */
  readonly outputs: ReadonlySet<string>;
  readonly weights: Weights;
  /** Whether some of the nodes steer which others run. */
  readonly isSteered: boolean;
}

/** Ops that steer which nodes run; what they read and who reads them stays as it is. */
const CONTROL_FLOW: ReadonlySet<string> = new Set([
  ...['Switch', 'Merge', 'Enter', 'Exit', 'NextIteration', 'LoopCond', 'If', 'StatelessIf', 'While', 'StatelessWhile'],
]);

/** Names of tensors in the signatures of a model, as [inputs or outputs][key].name. */
function signatureNames(signature: unknown, side: 'inputs' | 'outputs'): string[] {
  // The registration boundary: signatures have no type in TensorFlow.js.
  const entries = (signature as Partial<Record<typeof side, Record<string, {name?: string}>>> | undefined)?.[side];
  return Object.values(entries ?? {}).flatMap(({name}) => (name == null ? [] : [parseInput(name).node]));
}

/** The outputs that TensorFlow.js takes: those of the signature, otherwise whatever nobody reads. */
function outputNames(artifacts: io.ModelArtifacts, nodes: readonly NodeDef[]): Set<string> {
  const signatures = [artifacts.userDefinedMetadata?.signature, artifacts.signature];
  const named = signatures.flatMap(signature => signatureNames(signature, 'outputs'));
  const inputs = signatures.flatMap(signature => signatureNames(signature, 'inputs'));
  if (named.length > 0) return new Set([...named, ...inputs]);
  const read = new Set(nodes.flatMap(node => node.input ?? []).map(input => parseInput(input).node));
  return new Set([...nodes.map(({name}) => name).filter(name => !read.has(name)), ...inputs]);
}

function countReads({consumers}: Graph, node: NodeDef, change: 1 | -1): void {
  for (const input of node.input ?? []) {
    const {node: producer} = parseInput(input);
    const readers = consumers.get(producer) ?? new Map<string, number>();
    consumers.set(producer, readers);
    const reads = (readers.get(node.name) ?? 0) + change;
    if (reads === 0) readers.delete(node.name);
    else readers.set(node.name, reads);
  }
}

export function openGraph(artifacts: io.ModelArtifacts, {node}: GraphDef): Graph {
  const graph: Graph = {
    nodes: new Map(node.map(each => [each.name, each])),
    consumers: new Map(),
    outputs: outputNames(artifacts, node),
    weights: openWeights(artifacts),
    isSteered: node.some(({op, input}) => CONTROL_FLOW.has(op) || input?.some(each => each.startsWith('^'))),
  };
  for (const each of graph.nodes.values()) countReads(graph, each, 1);
  return graph;
}

/** Remembers a graph as it is now. The function that is returned makes it that again. */
export function snapshot(graph: Graph): () => void {
  const nodes = [...graph.nodes];
  return () => {
    graph.nodes.clear();
    graph.consumers.clear();
    for (const [name, node] of nodes) graph.nodes.set(name, node);
    for (const [, node] of nodes) countReads(graph, node, 1);
  };
}

/** Puts a node in the place of the one of its name, or at the end. Whatever nobody reads any more is removed. */
export function setNode(graph: Graph, node: NodeDef): void {
  const old = graph.nodes.get(node.name);
  if (old != null) countReads(graph, old, -1);
  graph.nodes.set(node.name, node);
  countReads(graph, node, 1);
  if (old != null) removeUnread(graph, old);
}

/** Removes the producers of a node that was replaced, and theirs, as far as nobody else reads them. */
function removeUnread(graph: Graph, {input = []}: NodeDef): void {
  const pending = input.map(each => parseInput(each).node);
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    const node = graph.nodes.get(name);
    if (node == null || graph.outputs.has(name) || node.op.startsWith('Placeholder')) continue;
    if ((graph.consumers.get(name)?.size ?? 0) > 0) continue;
    countReads(graph, node, -1);
    graph.nodes.delete(name);
    pending.push(...(node.input ?? []).map(each => parseInput(each).node));
  }
}

/** Makes those who read output 0 of `name` read `input` instead, and removes the node if nobody needs it. */
export function redirect(graph: Graph, name: string, input: string): void {
  for (const reader of [...(graph.consumers.get(name)?.keys() ?? [])]) {
    const node = nodeNamed(graph, reader);
    const reads = (each: string) => parseInput(each).node === name;
    setNode(graph, {...node, input: node.input?.map(each => (reads(each) ? input : each))});
  }
}

function nodeNamed(graph: Graph, name: string): NodeDef {
  const node = graph.nodes.get(name);
  if (node == null) throw new Error(`a graph has no node ${name}`);
  return node;
}

/** The readers of a node. */
export const readersOf = (graph: Graph, name: string): NodeDef[] =>
  [...(graph.consumers.get(name)?.keys() ?? [])].map(reader => nodeNamed(graph, reader));

/** Whether a node is plain data flow: no control inputs, and no input from and no reader among what steers the flow. */
export function isPlain(graph: Graph, node: NodeDef): boolean {
  if (!graph.isSteered) return true;
  const steers = (op: string | undefined) => op !== undefined && CONTROL_FLOW.has(op);
  return (
    !(node.input ?? []).some(input => {
      const {node: producer, control} = parseInput(input);
      return control || steers(graph.nodes.get(producer)?.op);
    }) && readersOf(graph, node.name).every(reader => !steers(reader.op) && !readsControl(reader, node.name))
  );
}

const readsControl = (reader: NodeDef, name: string): boolean => (reader.input ?? []).includes(`^${name}`);

/** The node whose first output the input is, if that is without control inputs of its own. */
export function producerOf(graph: Graph, input: string | undefined): NodeDef | undefined {
  if (input === undefined) return undefined;
  const {node, index, control} = parseInput(input);
  const producer = index === 0 && !control ? graph.nodes.get(node) : undefined;
  return producer?.input?.some(each => each.startsWith('^')) ? undefined : producer;
}

/** As producerOf, if nobody else needs the node: it is no output, and read by one other node only, once. */
export function ownProducerOf(graph: Graph, input: string | undefined): NodeDef | undefined {
  const producer = producerOf(graph, input);
  if (producer == null || graph.outputs.has(producer.name)) return undefined;
  const reads = [...(graph.consumers.get(producer.name)?.values() ?? [])];
  return reads.length === 1 && reads[0] === 1 ? producer : undefined;
}

/** The constant that an input is. */
export function constantOf(graph: Graph, input: string | undefined): Constant | undefined {
  if (input === undefined) return undefined;
  const {node, control} = parseInput(input);
  return !control && graph.nodes.get(node)?.op === 'Const' ? graph.weights.get(node) : undefined;
}

const TYPES = {float32: 'DT_FLOAT', int32: 'DT_INT32', bool: 'DT_BOOL'} as const;

const shapeValue = (shape: readonly number[]): AttrValue => ({shape: {dim: shape.map(size => ({size: String(size)}))}});

/** The Const node of a value, which is to be a weight of its name. */
function constNode(name: string, {dtype, shape}: Constant): NodeDef {
  const tensor = {dtype: TYPES[dtype], tensorShape: shapeValue(shape).shape};
  return {name, op: 'Const', attr: {dtype: {type: TYPES[dtype]}, value: {tensor}}};
}

/** Adds a constant under this name, or the nearest that is free, and returns the input that reads it. */
export function addConstant(graph: Graph, name: string, constant: Constant): string {
  const free = freeName(name, taken => graph.nodes.has(taken) || graph.weights.has(taken));
  graph.weights.add(free, constant);
  setNode(graph, constNode(free, constant));
  return inputOf(free);
}

/** Makes a node the constant that it has been found to be. */
export function becomeConstant(graph: Graph, name: string, constant: Constant): void {
  graph.weights.add(name, constant);
  setNode(graph, constNode(name, constant));
}
