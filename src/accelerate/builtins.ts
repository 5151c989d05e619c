import type {BuiltinKind} from './builtin_geometry.js';

/** What a built-in kernel computes of a convolution. */
export type Role = 'forward' | 'fused' | 'backpropInput' | 'backpropFilter';

export interface Builtin extends BuiltinKind {
  readonly role: Role;
  /** The name of the scope that the op opens which runs a fused kernel. */
  readonly scope?: string;
}

/** Every convolution kernel that TensorFlow.js has. */
export const BUILTINS: readonly Builtin[] = [
  {role: 'forward', rank: 2, depthwise: false, op: 'Conv2D'},
  {role: 'forward', rank: 3, depthwise: false, op: 'Conv3D'},
  {role: 'forward', rank: 2, depthwise: true, op: 'DepthwiseConv2dNative'},
  {role: 'fused', rank: 2, depthwise: false, op: 'FusedConv2D', scope: 'fusedConv2d__op'},
  {role: 'fused', rank: 2, depthwise: true, op: 'FusedDepthwiseConv2D', scope: 'fusedDepthwiseConv2d__op'},
  {role: 'backpropInput', rank: 2, depthwise: false, op: 'Conv2DBackpropInput'},
  {role: 'backpropInput', rank: 3, depthwise: false, op: 'Conv3DBackpropInputV2'},
  {role: 'backpropInput', rank: 2, depthwise: true, op: 'DepthwiseConv2dNativeBackpropInput'},
  {role: 'backpropFilter', rank: 2, depthwise: false, op: 'Conv2DBackpropFilter'},
  {role: 'backpropFilter', rank: 3, depthwise: false, op: 'Conv3DBackpropFilterV2'},
  {role: 'backpropFilter', rank: 2, depthwise: true, op: 'DepthwiseConv2dNativeBackpropFilter'},
];
