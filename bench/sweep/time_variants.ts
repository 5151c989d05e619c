import {variantsRun} from 'tfjs-conv';
import {env} from '@tensorflow/tfjs-core';
import {useKernels} from '../peers/kernels.js';
import {callsOf} from './calls.js';
import type {SweepLayer} from './random_layer.js';

/** The variants of ours that compute a layer: the least time in ms of a call by each, and which one is chosen. */
export interface VariantTimes {
  readonly chosen: string;
  readonly times: {readonly [variant: string]: number};
}

/** A turn takes so many ms at least. */
const TURN_TIME = 2;

/** Times a layer by those of some variants that compute it, and by the chosen one, in turns. */
export function timeVariants(
  backend: string,
  layer: SweepLayer,
  variants: readonly string[],
  rounds: number,
  finish: () => void = () => {},
): VariantTimes {
  useKernels(backend, 'ours');
  const force = (name: string) => env().set('TFJS_CONV_VARIANT', name);
  const calls = callsOf(layer);
  const timeOf = (count: number): number => {
    const start = performance.now();
    for (let call = 0; call < count; call++) calls.run.ours().dispose();
    finish();
    return (performance.now() - start) / count;
  };
  const ranBy = (name: string): string => {
    force(name);
    const ran = variantsRun(() => calls.run.ours());
    ran.result.dispose();
    return ran.variants.join('+');
  };
  try {
    const chosen = ranBy('');
    const names = variants.filter(name => ranBy(name).split('+').includes(name));
    const counts = names.map(name => {
      force(name);
      return Math.max(1, Math.ceil(TURN_TIME / Math.min(timeOf(1), timeOf(1))));
    });
    const times: Record<string, number> = {};
    for (let round = 0; round < rounds; round++) {
      names.forEach((name, n) => {
        force(name);
        times[name] = Math.min(times[name] ?? Infinity, timeOf(counts[n]));
      });
    }
    return {chosen, times};
  } finally {
    force('');
    calls.dispose();
  }
}
