import type {TensorInfo} from '@tensorflow/tfjs-core';
import {product, spatialSizes} from '../../src/geometry/conv.js';
import type {PhasePlan} from '../gpu/phase_plan.js';
import type {PlannedConv} from '../gpu/planned_conv.js';
import {isElementwise} from '../gpu/products.js';
import {isSwiftShader} from './device/device.js';
import type {Device} from './device/device.js';
import {dispatch} from './device/dispatch.js';
import type {OperandPlace} from './device/texel_pool.js';
import {isPhased, planUniforms} from './taps.js';
import {convChannels, elementSteps, resultKind} from './texels/channels.js';
import {readEpilogue} from './texels/epilogue.js';
import {filterPlace, filterTexels} from './texels/filter.js';
import {imageTexelCount, imageTexels, sourcePlace} from './texels/image.js';
import {tensorBinding, withOutput} from './texels/tensors.js';
import {hasFewProducts, holdsOperands, productsOf} from './tiles.js';
import {depthwiseRowsProgram} from './wgsl/depthwise_rows.js';

/**
 * Results of a line of a thread, a divisor of more widths than 8; and the longest line of taps and largest stride that the
 * program is written for. On SwiftShader, shorter lines for calls that have so few products that they cost these a millisecond
 * at most: their program compiles in some 17 ms less. Set by `npm run bench:webgpu -- --only depthwise`.
 */
const PIXELS = 7;
const PIXELS_OF_FEW = 4;
const FEW_PRODUCTS = 2 ** 18;
const MOST_TAPS = 7;
const MOST_STRIDE = 2;

/** Whether each channel is multiplied by itself, and neighbouring results of a line share sources that such a place holds. */
export function takesRows(plan: PhasePlan, place: OperandPlace): boolean {
  const [, , taps] = spatialSizes(plan.geometry, 'kernel');
  const [, , step] = plan.tapStep;
  const [, , stride] = plan.sourceStep;
  return (
    isElementwise(plan) &&
    !isPhased(plan) &&
    Math.abs(step) === 1 &&
    taps > 1 &&
    taps <= MOST_TAPS &&
    stride < taps &&
    stride <= MOST_STRIDE &&
    plan.grid[2] > PIXELS / 2 &&
    !hasFewProducts(plan) &&
    holdsOperands(plan, place)
  );
}

const pixelsOf = (plan: PhasePlan): number =>
  isSwiftShader() && productsOf(plan) <= FEW_PRODUCTS ? PIXELS_OF_FEW : PIXELS;

/**
 * Two lines, where one reads by every tap what the other reads by the tap before, and a load costs more than what half of the
 * threads could do.
 */
const linesOf = ({grid, sourceStep, tapStep}: PhasePlan, place: OperandPlace): 1 | 2 =>
  place === 'texture' && grid[1] > 1 && sourceStep[1] === 1 && Math.abs(tapStep[1]) === 1 ? 2 : 1;

/** The result of a depthwise convolution or input gradient, its operands in texels of a place. */
export const computeDepthwiseRows =
  (place: OperandPlace) =>
  ({device, plan, source, filter, epilogue, outputShape}: PlannedConv<Device>): TensorInfo =>
    withOutput(device, [source, filter], outputShape, (output, scratch) => {
      const channels = convChannels(plan);
      const {source: blocks, multiplier} = channels;
      const contents = {image: plan.source, blocks, multiplier, zeros: place === 'texture' ? 1 : 0};
      const [depth, height, width] = plan.grid;
      const pixels = pixelsOf(plan);
      const tilesPerLine = Math.ceil(width / pixels);
      const resultLines = linesOf(plan, place);
      const tilesPerColumn = Math.ceil(height / resultLines);
      const [sourceAt, filtersAt] = [sourcePlace(place), filterPlace(place)];
      const image = imageTexels(scratch, source, sourceAt, contents);
      const filters = filterTexels(scratch, filter, filtersAt, plan, channels);
      const {kind, tensors, resources, uniforms} = readEpilogue(scratch, epilogue);
      dispatch(device, {
        program: depthwiseRowsProgram({
          reader: sourceAt,
          filters: filtersAt,
          taps: spatialSizes(plan.geometry, 'kernel')[2],
          stride: plan.sourceStep[2],
          flipped: plan.backward,
          pixels,
          resultLines,
          result: resultKind(plan.result, channels.result),
          epilogue: kind,
        }),
        resources: [image, filters, ...resources, tensorBinding(device, output)],
        tensors: [source, filter, ...tensors, output],
        uniforms: {
          ...planUniforms(plan),
          ...uniforms,
          blocks: blocks.blocksPerGroup,
          channels: plan.result.channels,
          tilesPerLine,
          tilesPerColumn,
          zeroAt: imageTexelCount(contents),
          ...elementSteps(plan.result),
        },
        count: product([plan.batch, depth, tilesPerColumn, tilesPerLine, blocks.blocksPerGroup]),
      });
    });
