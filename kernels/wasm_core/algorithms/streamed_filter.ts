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

/** Bytes of the structure before the panels, and where the words of it stand that change: the address, packed columns. */
const HEADER = 64;
const [WEIGHTS, PACKED] = [0, 5];

/** Calls that packing is divided among, and columns of a panel. */
const SHARES = 2;
const PANEL = 8;

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
      core.words(to + HEADER).set([from, groupStep, channelStep, tapStep(g), columnStep, 0, 1], to / 4);
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
  const share = inShares ? Math.ceil(columns / SHARES / PANEL) * PANEL : columns;
  const pack = (to: number): void =>
    withTaps(core, taps, list => run.packStream(to, list, g.groups, planes, channels, columns, share));
  const found = filters.find(filter.key, forms.stream);
  if (found === undefined) {
    if (inShares && filters.find(filter.key, forms.unpacked) === undefined) {
      return addFilter(device, g, direction, filter, forms.unpacked, HEADER, () => {});
    }
    const bytes = run.streamFilterBytes(g.groups, planes * channels, columns);
    return addFilter(device, g, direction, filter, forms.stream, bytes, pack);
  }
  const words = core.words(found + HEADER);
  if (words[found / 4 + PACKED] < columns) {
    filter.withPointer(from => (words[found / 4 + WEIGHTS] = from));
    pack(found);
  }
  return found;
}
