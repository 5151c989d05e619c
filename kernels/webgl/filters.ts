import {env} from '@tensorflow/tfjs-core';
import type {TensorInfo} from '@tensorflow/tfjs-core';
import type {Device} from './device.js';
import {layOut} from './load.js';
import type {Load} from './load.js';
import type {Runs, Scratch} from './runs.js';

/** A filter laid out, at its first use; it is kept by the tensor's data and by how it is laid out. */
export function laidOutFilter(device: Device, scratch: Scratch, filter: TensorInfo, load: Load): Runs {
  const fill = (runs: Runs): void => layOut(device, filter, load, runs);
  // What is only compiled lays nothing out.
  if (env().getBool('ENGINE_COMPILE_ONLY')) {
    const runs = scratch.make(load.layout);
    fill(runs);
    return runs;
  }
  const form = JSON.stringify([load.order, load.layout, load.ints]);
  return device.filters.find(filter.dataId, form) ?? device.filters.add(filter.dataId, form, load.layout, fill);
}
