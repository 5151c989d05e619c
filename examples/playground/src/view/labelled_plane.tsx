import type {Volume} from '../model/window.js';
import {short} from '../text/numbers.js';
import {Plane} from './plane.js';
import {scaleOf} from './theme.js';

/** Values of so many cells are said, row by row. */
const MOST_SAID = 81;

export const planeOf = (values: ArrayLike<number>, width: number): Volume => ({
  values: Float32Array.from(values),
  depth: 1,
  height: values.length / width,
  width,
  channels: 1,
});

/** A name with the numbers that it has, where these are few: a canvas keeps them to itself. */
export function saidWith(name: string, {values, width, channels}: Volume): string {
  if (values.length > MOST_SAID) return name;
  const said = [...values].map(short);
  const row = width * channels;
  return `${name}: ${Array.from({length: said.length / row}, (_, r) => said.slice(r * row, (r + 1) * row).join(' ')).join('; ')}`;
}

interface LabelledPlaneProps {
  readonly name: string;
  readonly role: 'x' | 'w' | 'y';
  readonly volume: Volume;
  /** The section that is shown, of a volume. */
  readonly slice?: number;
  /** Cells are at least this wide. */
  readonly least?: number;
}

/** Numbers with their name above them, to be looked at. */
export function LabelledPlane({name, role, volume, slice = 0, least}: LabelledPlaneProps) {
  return (
    <figure class={`volume role-${role}`}>
      <figcaption class="name">{name}</figcaption>
      <Plane
        view={{volume, slice: Math.min(slice, volume.depth - 1), least}}
        scale={scaleOf(volume.values, false)}
        label={saidWith(name, volume)}
      />
    </figure>
  );
}
