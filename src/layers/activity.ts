import {div, engine, scalar} from '@tensorflow/tfjs-core';
import type {serialization, Tensor} from '@tensorflow/tfjs-core';
import type {layers} from '@tensorflow/tfjs-layers';
import {serialized} from './stock.js';

/*
 * Regularizers of a layer's output, which TensorFlow.js refuses to run. Each layer keeps the outputs of a training step
 * until TensorFlow.js asks for the losses of that step, which it does once for each call of the layer.
 */

type Regularizer = NonNullable<layers.Layer['activityRegularizer']>;

interface Activity {
  readonly regularizer: Regularizer;
  readonly outputs: Tensor[];
}

const activities = new WeakMap<layers.Layer, Activity>();

/** Takes over the regularizer that TensorFlow.js' constructor has found. The loss is that of one image on average. */
export function takeActivityRegularizer(layer: layers.Layer): void {
  const {activityRegularizer: regularizer} = layer;
  if (regularizer == null) return;
  // None, which TensorFlow.js' types do not foresee.
  Object.assign(layer, {activityRegularizer: null});
  const activity: Activity = {regularizer, outputs: []};
  activities.set(layer, activity);
  layer.addLoss(() => {
    const y = activity.outputs.shift();
    return y === undefined ? scalar(0) : div(regularizer.apply(y), scalar(Math.max(1, y.shape[0])));
  });
}

/** Keeps an output for the loss, if gradients are asked for. */
export function keepOutput(layer: layers.Layer, y: Tensor): void {
  const activity = activities.get(layer);
  if (activity === undefined || engine().state.gradientDepth === 0) return;
  activity.outputs.push(y);
  // Losses that nobody asked for.
  if (activity.outputs.length > Math.max(1, layer.inboundNodes.length)) activity.outputs.shift();
}

/** Writes the regularizer into the configuration. */
export function addActivityConfig(layer: layers.Layer, config: serialization.ConfigDict): serialization.ConfigDict {
  const activity = activities.get(layer);
  if (activity !== undefined) config.activityRegularizer = serialized(activity.regularizer);
  return config;
}
