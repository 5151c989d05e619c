import './index.js';

export {loadGraphModel, loadGraphModelSync} from './graph_model/load_graph_model.js';
export {describeChanges} from './graph_model/optimize/describe_changes.js';
export {optimizeGraph} from './graph_model/optimize/optimize_graph.js';
export type {GraphChange, GraphChangeKind, OptimizedGraph} from './graph_model/optimize/types.js';
export {optimizeGraphModels, registerGraphOps} from './graph_model/register_graph_ops.js';
export type {Converter} from './graph_model/rewritten_models.js';
