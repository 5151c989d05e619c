import {NR, STREAMED_FILTER, STREAMED_FILTER_HEADER} from '../generated/layout.js';
import type {ConvGeometry} from '../../../src/geometry/conv.js';
import {withTaps} from './gemm.js';
import {tapStep} from '../plan/direction.js';
import type {Direction} from '../plan/direction.js';
import type {Device, Filter} from '../types.js';

/*
 * Filters of Winograd convolution that are transformed while they are used, from panels (assembly/winograd/stream/stream.ts).
 * What takes longest in a first call is the memory of the panels: it grows, and each page is touched for the first time.
 * Where training changes a filter there is no other call. So calls that meet the filter once pack it for themselves, and
 * from the second one on a share of the panels to stay.
 */

/** Calls that packing is divided among. */
const SHARES = 2;

/** Adds a filter to the cache, of `bytes` with the panels. */
function addFilter(
  {core, filters}: Device,
  g: ConvGeometry,
  {channelStep, columnStep, groupStep}: Direction,
  filter: Filter,
  form: string,
  bytes: number,
  pack: (to: number) => void,
): number {
  return filters.add(filter.key, form, bytes, to =>
    filter.withPointer(from => {
      const words = core.words(to + STREAMED_FILTER_HEADER);
      const at = to / 4;
      words[at + STREAMED_FILTER.weights] = from;
      words[at + STREAMED_FILTER.group] = groupStep;
      words[at + STREAMED_FILTER.channel] = channelStep;
      words[at + STREAMED_FILTER.tap] = tapStep(g);
      words[at + STREAMED_FILTER.column] = columnStep;
      words[at + STREAMED_FILTER.packed] = 0;
      words[at + STREAMED_FILTER.bounded] = 1;
      pack(to);
    }),
  );
}

/** The filter of a direction, to be streamed; `once` says whether the tiles meet it once in a call. */
export function streamedFilter(
  device: Device,
  g: ConvGeometry,
  direction: Direction,
  filter: Filter,
  once: boolean,
): number {
  const {
    core,
    core: {run},
    filters,
  } = device;
  const {plan, taps, channels, columns, forms} = direction;
  const planes = plan[0].source.length;
  const inShares = filter.stays && once;
  const share = inShares ? Math.ceil(columns / SHARES / NR) * NR : columns;
  const pack = (to: number): void =>
    withTaps(core, taps, list => run.packStream(to, list, g.groups, planes, channels, columns, share));
  const found = filters.find(filter.key, forms.stream);
  if (found === undefined) {
    if (inShares && filters.find(filter.key, forms.unpacked) === undefined) {
      return addFilter(device, g, direction, filter, forms.unpacked, STREAMED_FILTER_HEADER, () => {});
    }
    const bytes = run.streamFilterBytes(g.groups, planes * channels, columns);
    return addFilter(device, g, direction, filter, forms.stream, bytes, pack);
  }
  const words = core.words(found + STREAMED_FILTER_HEADER);
  if (words[found / 4 + STREAMED_FILTER.packed] < columns) {
    filter.withPointer(from => (words[found / 4 + STREAMED_FILTER.weights] = from));
    pack(found);
  }
  return found;
}
