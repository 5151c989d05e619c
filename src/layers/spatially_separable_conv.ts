import type {serialization, Tensor, Tensor4D} from '@tensorflow/tfjs-core';
import type {LayerVariable, Shape} from '@tensorflow/tfjs-layers';
import {spatiallySeparableConv2d} from '../ops/spatially_separable_conv2d.js';
import {addActivityConfig} from './activity.js';
import {
  addWeight,
  callConv,
  convSize,
  finishConstruction,
  ensureGroups,
  finishBuild,
  inputChannels,
  mapOptions,
  reshaped,
} from './conv_base.js';
import type {GroupedConvLayerArgs} from './conv.js';
import {KERNEL_RULES, oneShape, serialized, StockConv, weightRules} from './stock.js';
import type {WeightArgs, WeightRules} from './stock.js';

/** Arguments of {@link SpatiallySeparableConv2D}. */
export interface SpatiallySeparableConvLayerArgs extends Omit<
  GroupedConvLayerArgs,
  'kernelInitializer' | 'kernelRegularizer' | 'kernelConstraint'
> {
  /** Channels between the two filters, the rank of the filter that they make together. Default `filters`. */
  midFilters?: number;
  columnInitializer?: WeightArgs['initializer'];
  columnRegularizer?: WeightArgs['regularizer'];
  columnConstraint?: WeightArgs['constraint'];
  rowInitializer?: WeightArgs['initializer'];
  rowRegularizer?: WeightArgs['regularizer'];
  rowConstraint?: WeightArgs['constraint'];
}

const ruled = (name: 'column' | 'row', rules: WeightRules): serialization.ConfigDict => ({
  [`${name}Initializer`]: serialized(rules.initializer),
  [`${name}Regularizer`]: serialized(rules.regularizer),
  [`${name}Constraint`]: serialized(rules.constraint),
});

/**
 * 2-D convolution layer whose filters are products of a column and a row: y = activation(spatiallySeparableConv2d(x,
 * column, row) + bias), in one op. A kernel of height kh and width kw takes kh + kw multiplications instead of kh * kw.
 * `separateFilter` makes the two kernels out of the one of a `Conv2D`.
 *
 * Strides, padding and dilation of the height belong to the column, those of the width to the row.
 *
 * Weights: column_kernel [kernelHeight, 1, inChannels / groups, midFilters], row_kernel [1, kernelWidth, midFilters /
 * groups, filters], bias [filters].
 */
export class SpatiallySeparableConv2D extends StockConv {
  static override className = 'SpatiallySeparableConv2D';

  readonly groups: number;
  readonly midFilters: number;
  private readonly columnRules: WeightRules;
  private readonly rowRules: WeightRules;
  private columnKernel: LayerVariable | null = null;
  private rowKernel: LayerVariable | null = null;

  constructor(args: SpatiallySeparableConvLayerArgs) {
    super(2, args);
    const op = this.getClassName();
    this.groups = args.groups ?? 1;
    this.midFilters = args.midFilters ?? this.filters;
    this.columnRules = weightRules({
      initializer: args.columnInitializer ?? 'glorotNormal',
      regularizer: args.columnRegularizer,
      constraint: args.columnConstraint,
    });
    this.rowRules = weightRules({
      initializer: args.rowInitializer ?? 'glorotNormal',
      regularizer: args.rowRegularizer,
      constraint: args.rowConstraint,
    });
    finishConstruction(this);
    ensureGroups(op, this.groups, 'filters', this.filters);
    ensureGroups(op, this.groups, 'midFilters', this.midFilters);
  }

  override build(inputShape: Shape | Shape[]): void {
    const {groups, kernelSize, midFilters, filters} = this;
    const inChannels = inputChannels(this, oneShape(this, inputShape));
    ensureGroups(this.getClassName(), groups, 'inChannels', inChannels);
    const [height, width] = kernelSize;
    const column = [height, 1, inChannels / groups, midFilters];
    this.columnKernel = addWeight(this, 'column_kernel', column, this.columnRules);
    this.rowKernel = addWeight(this, 'row_kernel', [1, width, midFilters / groups, filters], this.rowRules);
    finishBuild(this, inChannels, filters);
  }

  override call(inputs: Tensor | Tensor[]): Tensor {
    return callConv(this, inputs, (x, epilogue) => {
      // A layer is built before it is called.
      const [column, row] = [this.columnKernel!.read(), this.rowKernel!.read()];
      const options = {...mapOptions(this), groups: this.groups, ...epilogue};
      return spatiallySeparableConv2d(x as Tensor4D, column as Tensor4D, row as Tensor4D, options);
    });
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    return reshaped(this, inputShape, convSize(this), () => this.filters);
  }

  override getConfig(): serialization.ConfigDict {
    const config = addActivityConfig(this, super.getConfig());
    for (const name of KERNEL_RULES) delete config[name];
    const {groups, midFilters} = this;
    return {...config, groups, midFilters, ...ruled('column', this.columnRules), ...ruled('row', this.rowRules)};
  }
}
