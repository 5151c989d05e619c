import {computed, signal} from '@preact/signals';

const underWay = signal(0);

/** Whether anything that was asked for is still being loaded or computed. */
export const isBusy = computed(() => underWay.value > 0);

/** The same promise, which counts as work under way until it ends. */
export async function busyWith<T>(work: Promise<T>): Promise<T> {
  underWay.value = underWay.peek() + 1;
  try {
    return await work;
  } finally {
    underWay.value = underWay.peek() - 1;
  }
}
