import {add, mul, relu6, reshape, tanh} from '@tensorflow/tfjs-core';
import type {Tensor, Tensor1D} from '@tensorflow/tfjs-core';
import {fail, RULES} from '../../errors.js';
import type {Activation, ConvOptions} from '../../geometry/options.js';
import {applyStep, resolveActivation} from '../../ops/epilogue.js';
import type {EpilogueTarget} from '../../ops/epilogue.js';
import {batchNorm, checkedEpsilon, perChannel} from './batch_norm.js';
import type {Attrs} from './node_options.js';

type EpilogueOptions = Pick<ConvOptions, 'bias' | 'activation' | 'leakyreluAlpha' | 'preluActivationWeights'>;

/** A node with `fused_ops`: the name of its op, its attributes, and its inputs after x and filter. */
export interface FusedNode {
  readonly op: string;
  readonly attrs: Attrs;
  readonly args: readonly Tensor[];
  /** The output channels. */
  readonly channels: number;
}

/** Those of `fused_ops` that are activations of the ops, in lower case as TensorFlow.js reads strings. */
const ACTIVATIONS: ReadonlyMap<string, Activation> = new Map([
  ['relu', 'relu'],
  ['relu6', 'relu6'],
  ['elu', 'elu'],
  ['sigmoid', 'sigmoid'],
  ['leakyrelu', 'leakyrelu'],
  ['prelu', 'prelu'],
]);

/** TensorFlow's defaults. */
const LEAKYRELU_ALPHA = 0.2;
const EPSILON = 1e-4;

type Apply = (y: Tensor, target: EpilogueTarget) => Tensor;

/** One of `fused_ops`, as a step of its own. */
interface Step {
  /** What it takes of the inputs, of which some have one value per channel. */
  readonly args: readonly string[];
  readonly perChannel: boolean;
  /** Checks what it has, before anything is computed. */
  readonly prepare: (args: readonly Tensor[], node: FusedNode) => Apply;
}

const batchNormStep: Step = {
  args: ['scale', 'offset', 'mean', 'variance'],
  perChannel: true,
  prepare: ([scale, offset, mean, variance], {op, attrs: {epsilon = EPSILON}}) => {
    const given = {scale, offset, mean, variance, epsilon: checkedEpsilon(op, epsilon)};
    return (y, target) => batchNorm(y, given, target.channelAxisFromEnd);
  },
};

const activationStep = (activation: Activation): Step => ({
  args: activation === 'prelu' ? ['alpha'] : [],
  perChannel: false,
  prepare: (args, node) => (y, target) =>
    applyStep(y, resolveActivation(node.op, activationOptions(activation, args, node), target), target),
});

const biasAdd: Step = {
  args: ['bias'],
  perChannel: true,
  prepare:
    ([bias]) =>
    (y, target) =>
      add(y, perChannel(bias, target.channelAxisFromEnd)),
};

const STEPS: ReadonlyMap<string, Step> = new Map<string, Step>([
  ['biasadd', biasAdd],
  ['fusedbatchnorm', batchNormStep],
  [
    'add',
    {
      args: ['side_input'],
      perChannel: false,
      prepare:
        ([other]) =>
        y =>
          add(y, other),
    },
  ],
  ['tanh', {args: [], perChannel: false, prepare: () => y => tanh(y)}],
  // x * relu6(x + 3) / 6, as MobileNetV3 has it.
  ['_fusedhardswish', {args: [], perChannel: false, prepare: () => y => mul(y, mul(relu6(add(y, 3)), 1 / 6))}],
  ...[...ACTIVATIONS].map(([name, activation]) => [name, activationStep(activation)] as const),
]);

/** The options of an activation. */
function activationOptions(activation: Activation, args: readonly Tensor[], {attrs}: FusedNode): EpilogueOptions {
  const {leakyrelu_alpha: alpha = LEAKYRELU_ALPHA} = attrs;
  // Whatever it is, the op checks it.
  return {activation, leakyreluAlpha: alpha as number, preluActivationWeights: args[0]};
}

/** One of `fused_ops`, with its inputs. */
interface Asked {
  readonly name: string;
  readonly step: Step;
  readonly args: readonly Tensor[];
}

/**
 * What `fused_ops` asks for, in its order.
 * @throws if an op is unknown, an input is missing or has another size than the channels.
 */
function readFusedOps({op, attrs, args, channels}: FusedNode): Asked[] {
  const {fused_ops: names = []} = attrs;
  let taken = 0;
  return (Array.isArray(names) ? names : [names]).map(given => {
    const name = String(given).toLowerCase();
    const step = STEPS.get(name);
    if (step === undefined) return fail(op, RULES.fusedOps([...STEPS.keys()]), 'fused_ops', names);
    const own = step.args.map((arg, i) => {
      const tensor: Tensor | undefined = args[taken + i];
      if (tensor === undefined) return fail(op, RULES.missing(arg), arg, tensor);
      if (step.perChannel && tensor.size !== channels) {
        fail(op, RULES.perChannel(arg), `[${arg}.shape, outChannels]`, [tensor.shape, channels]);
      }
      return tensor;
    });
    taken += own.length;
    return {name, step, args: own};
  });
}

/** What follows a convolution: what the op does itself, and what is left to do with its result. */
export interface FusedSteps {
  readonly options: EpilogueOptions;
  readonly finish: (y: Tensor, target: EpilogueTarget) => Tensor;
}

const asVector = (values: Tensor): Tensor1D =>
  values.rank === 1 ? (values as Tensor1D) : reshape(values, [values.size]);

/**
 * Reads `fused_ops` of a node. A bias and an activation after it belong to the op, everything else is a step of its own.
 * @throws if anything is wrong with them.
 */
export function readFusedSteps(node: FusedNode): FusedSteps {
  const asked = readFusedOps(node);
  const bias = asked[0]?.name === 'biasadd' ? asked.shift()?.args[0] : undefined;
  const activation = ACTIVATIONS.get(asked[0]?.name);
  const options = activation === undefined ? {} : activationOptions(activation, asked.shift()?.args ?? [], node);
  const rest = asked.map(({step, args}) => step.prepare(args, node));
  return {
    options: {...options, bias: bias && asVector(bias)},
    finish: (y, target) => rest.reduce((result, apply) => apply(result, target), y),
  };
}
