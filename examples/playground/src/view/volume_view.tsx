import type {ComponentChildren} from 'preact';
import {useId, useMemo} from 'preact/hooks';
import type {Volume} from '../model/window.js';
import {shapeText} from '../text/numbers.js';
import {fill, text} from '../text/text.js';
import type {Margins} from './draw_plane.js';
import {Plane} from './plane.js';
import {scaleOf} from './theme.js';

/** More channels than these are chosen by a slider. */
const CHIPS = 8;

export interface VolumeViewProps {
  readonly title: string;
  readonly role: 'x' | 'y' | 'middle';
  readonly volume: Volume;
  /** Spatial axes that it has. */
  readonly rank: number;
  readonly isPicture: boolean;
  readonly groups: number;
  readonly channel: number;
  readonly slice: number;
  readonly margins?: Margins;
  readonly cell?: readonly [number, number];
  readonly onCell?: (row: number, column: number) => void;
  readonly onChannel: (channel: number) => void;
  readonly onSlice: (slice: number) => void;
  /** Whether the three channels of a picture are shown as its colours; undefined where they are none. */
  readonly colour?: boolean;
  readonly onColour?: (colour: boolean) => void;
  readonly onPress?: (row: number, column: number, isDrag: boolean) => void;
  /** What stands below the plane. */
  readonly tools?: ComponentChildren;
  readonly children?: ComponentChildren;
}

const sizesOf = ({depth, height, width, channels}: Volume, rank: number): number[] =>
  [depth, height, width].slice(3 - rank).concat(channels);

/** An image with what chooses the slice and the channel that one sees of it. */
export function VolumeView(props: VolumeViewProps) {
  const {title, role, volume, rank, isPicture, groups, channel, slice, margins, children} = props;
  const scale = useMemo(() => scaleOf(volume.values, isPicture), [volume, isPicture]);
  return (
    <figure class={`volume role-${role}`} data-shape={shapeText(sizesOf(volume, rank))}>
      <figcaption>
        <span class="name">{title}</span> <span class="shape">{shapeText(sizesOf(volume, rank))}</span>
      </figcaption>
      <Plane
        view={{volume, slice, channel, margins, colour: props.colour}}
        scale={scale}
        label={title}
        cell={props.cell}
        onCell={props.onCell}
        onPress={props.onPress}
      >
        {children}
      </Plane>
      {volume.channels > 1 && (
        <Channels
          title={title}
          count={volume.channels}
          groups={groups}
          channel={channel}
          onChannel={props.onChannel}
          colour={props.colour}
          onColour={props.onColour}
        />
      )}
      {volume.depth > 1 && (
        <Slider
          label={fill(text.value.labelled, title, text.value.slice)}
          most={volume.depth - 1}
          value={slice}
          onValue={props.onSlice}
        />
      )}
      {props.tools}
    </figure>
  );
}

interface SliderProps {
  readonly label: string;
  readonly most: number;
  readonly value: number;
  readonly onValue: (value: number) => void;
}

export function Slider({label, most, value, onValue}: SliderProps) {
  const id = useId();
  return (
    <div class="slider">
      <label for={id}>
        {label} {value + 1}
      </label>
      <input
        id={id}
        type="range"
        min="0"
        max={most}
        value={value}
        onInput={event => onValue(Number(event.currentTarget.value))}
      />
    </div>
  );
}

interface ChannelsProps {
  readonly title: string;
  readonly count: number;
  readonly groups: number;
  readonly channel: number;
  readonly onChannel: (channel: number) => void;
  readonly colour: boolean | undefined;
  readonly onColour: ((colour: boolean) => void) | undefined;
}

/** Channels as coloured blocks, a colour for each group. */
function Channels({title, count, groups, channel, onChannel, colour, onColour}: ChannelsProps) {
  const {channel: word, group} = text.value;
  if (count > CHIPS)
    return (
      <Slider label={fill(text.value.labelled, title, word)} most={count - 1} value={channel} onValue={onChannel} />
    );
  const groupOf = (c: number): number => Math.floor((c * groups) / count);
  return (
    <div class="chips" role="group" aria-label={fill(text.value.labelled, title, word)}>
      {colour !== undefined && (
        <button type="button" class="chip hue-none" aria-pressed={colour} onClick={() => onColour?.(true)}>
          RGB
        </button>
      )}
      {Array.from({length: count}, (_, c) => (
        <button
          key={c}
          type="button"
          class={`chip hue-${groups > 1 ? groupOf(c) % 8 : 'none'}`}
          aria-pressed={c === channel && colour !== true}
          aria-label={`${word} ${c + 1}${groups > 1 ? `, ${fill(group, groupOf(c) + 1)}` : ''}`}
          onClick={() => {
            onColour?.(false);
            onChannel(c);
          }}
        >
          {c + 1}
        </button>
      ))}
    </div>
  );
}
