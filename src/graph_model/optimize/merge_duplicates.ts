import {constantOf, isPlain, redirect} from './graph.js';
import type {Graph} from './graph.js';
import {inOrder} from './order.js';
import {parseInput} from './node_names.js';
import type {GraphChange, NodeDef} from './types.js';

/** Ops of one output that give the same for the same inputs, and cost something. */
const PURE: ReadonlySet<string> = new Set([
  ...['Abs', 'Add', 'AddN', 'AddV2', 'AvgPool', 'BiasAdd', 'Cast', 'ConcatV2', 'Conv2D', 'Conv3D', 'DepthToSpace'],
  ...['DepthwiseConv2dNative', 'Exp', 'ExpandDims', 'FloorMod', 'FusedDepthwiseConv2dNative', 'Log', 'Max', 'MaxPool'],
  ...[
    'Maximum',
    'Mean',
    'Min',
    'Minimum',
    'MirrorPad',
    'Mul',
    'Neg',
    'Pack',
    'Pad',
    'PadV2',
    'RealDiv',
    'Relu',
    'Relu6',
  ],
  ...[
    'Reshape',
    'ResizeBilinear',
    'ResizeNearestNeighbor',
    'Rsqrt',
    'Shape',
    'Sigmoid',
    'SpaceToDepth',
    'Sqrt',
    'Square',
  ],
  ...['Squeeze', 'StridedSlice', 'Sub', 'Sum', 'Tanh', 'Transpose', '_FusedConv2D'],
]);

/** Constants of up to so many elements are the same if their values are. */
const MAX_COMPARED = 64;

/** A text that is the same for inputs that hold the same. */
function inputKey(graph: Graph, input: string): string {
  const constant = constantOf(graph, input);
  if (constant == null || constant.values.length > MAX_COMPARED) {
    const {node, index} = parseInput(input);
    return `${node}:${index}`;
  }
  // JSON has no NaN, infinities and -0.
  const values = Array.from(constant.values, value => (Object.is(value, -0) ? '-0' : String(value)));
  return JSON.stringify([constant.dtype, constant.shape, values]);
}

/** Attributes that say nothing of what is computed begin with '_'. */
function keyOf(graph: Graph, {op, input = [], attr = {}}: NodeDef): string {
  const attributes = Object.entries(attr).filter(([name]) => !name.startsWith('_'));
  return JSON.stringify([
    op,
    input.map(each => inputKey(graph, each)),
    attributes.sort(([a], [b]) => (a < b ? -1 : 1)),
  ]);
}

/** Two nodes of one op, the same inputs and attributes give the same: whoever reads the second may read the first. */
export function mergeDuplicates(graph: Graph): GraphChange[] {
  const first = new Map<string, string>();
  const changes: GraphChange[] = [];
  for (const name of inOrder(graph)) {
    const node = graph.nodes.get(name);
    if (node == null || !PURE.has(node.op) || !isPlain(graph, node)) continue;
    const key = keyOf(graph, node);
    const same = first.get(key);
    if (same === undefined || !graph.nodes.has(same)) first.set(key, name);
    else if (!graph.outputs.has(name) && (graph.consumers.get(name)?.size ?? 0) > 0) {
      redirect(graph, name, same);
      changes.push({kind: 'simplified', nodes: [name, same], sentence: `${node.op} is computed once instead of twice`});
    }
  }
  return changes;
}
