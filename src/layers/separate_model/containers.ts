import type {layers, LayersModel, Shape} from '@tensorflow/tfjs-layers';

/** A model, or a model within one. */
export interface Container extends layers.Layer {
  readonly layers: layers.Layer[];
}

/** What a layer is called with, and what it makes of that. */
export interface Call {
  readonly input: Shape | Shape[];
  readonly output: Shape | Shape[];
}

export const isContainer = (layer: layers.Layer): layer is Container =>
  Array.isArray((layer as Partial<Container>).layers);

/** Which calls of its layers belong to a container: TensorFlow.js names them by layer and number. */
function nodesOf(container: Container): ReadonlySet<string> {
  // The registration boundary: the field is private.
  return (container as unknown as {readonly containerNodes: ReadonlySet<string>}).containerNodes;
}

/** Makes the graph of a Sequential, which does so at its first use, if its first layer knows its input. */
export function buildGraph(container: Container): void {
  const hasOutputs = container.layers.length > 0 && container.layers.every(layer => layer.inboundNodes.length > 0);
  // The registration boundary: a Sequential takes its own input.
  if (nodesOf(container).size === 0 && hasOutputs) (container as unknown as {build(): void}).build();
}

/** Whether a container and all in it have their graphs. */
export const isBuilt = (container: Container): boolean =>
  nodesOf(container).size > 0 &&
  container.layers.every(layer => layer.built && (!isContainer(layer) || isBuilt(layer)));

/** The calls of a layer within a container. */
function callsOf(container: Container, layer: layers.Layer): Call[] {
  const nodes = nodesOf(container);
  return layer.inboundNodes
    .filter((_, i) => nodes.has(`${layer.name}_ib-${i}`))
    .map(({inputShapes, outputShapes}) => ({input: inputShapes, output: outputShapes}));
}

/** A layer of a model or of one within it: where it is, and all of its calls when the model runs once. */
export interface Found {
  /** Names of the containers and of the layer, one after the other. */
  readonly path: string;
  readonly layer: layers.Layer;
  readonly calls: readonly Call[];
}

/** The layers of a container and of those within it, which are called `times` times each. */
export function* layersOf(container: Container, prefix = '', times = 1): Generator<Found> {
  for (const layer of container.layers) {
    const path = `${prefix}${layer.name}`;
    const calls = callsOf(container, layer);
    if (isContainer(layer)) yield* layersOf(layer, `${path}/`, times * calls.length);
    else yield {path, layer, calls: Array.from({length: times}, () => calls).flat()};
  }
}

export const asContainer = (model: LayersModel): Container => model;
