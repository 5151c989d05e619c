import {useEffect, useRef} from 'preact/hooks';
import type {Axis} from '../model/axis.js';
import {sources} from '../model/axis.js';
import type {Volume} from '../model/window.js';
import {cssColour, palette} from './theme.js';

const [WIDTH, HEIGHT] = [640, 96];

interface WaveProps {
  readonly label: string;
  readonly volume: Volume;
  readonly channel: number;
  /** What is marked: samples of this line. */
  readonly marks: readonly number[];
  readonly sample?: number;
  readonly onSample?: (sample: number) => void;
}

/** The least and the largest sample of each column of pixels. */
function draw(canvas: HTMLCanvasElement, {values, width, channels}: Volume, channel: number, colour: string): void {
  const context = canvas.getContext('2d');
  if (context === null) return;
  context.clearRect(0, 0, canvas.width, canvas.height);
  context.fillStyle = colour;
  const most = values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 1e-6);
  for (let x = 0; x < canvas.width; x++) {
    const from = Math.floor((x * width) / canvas.width);
    const to = Math.max(from + 1, Math.floor(((x + 1) * width) / canvas.width));
    let [least, largest] = [Infinity, -Infinity];
    for (let i = from; i < to; i++) {
      const value = values[i * channels + channel] / most;
      least = Math.min(least, value);
      largest = Math.max(largest, value);
    }
    const y = (value: number): number => (0.5 - 0.48 * value) * canvas.height;
    context.fillRect(x, y(largest), 1, Math.max(1, y(least) - y(largest)));
  }
}

/** A sound as its wave. */
export function Wave({label, volume, channel, marks, sample, onSample}: WaveProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const colours = palette.value;
  useEffect(() => {
    if (canvas.current !== null) draw(canvas.current, volume, channel, cssColour(colours.positive));
  }, [volume, channel, colours]);
  const place = (event: PointerEvent): void => {
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
    const share = Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
    onSample?.(Math.min(volume.width - 1, Math.floor(share * volume.width)));
  };
  return (
    <div
      class={`plane wave${onSample === undefined ? '' : ' active'}`}
      onPointerDown={place}
      onPointerMove={event => {
        if (event.pointerType === 'mouse' || event.buttons > 0) place(event);
      }}
    >
      <canvas ref={canvas} width={WIDTH * 2} height={HEIGHT * 2} aria-hidden="true" />
      <svg viewBox={`0 0 ${volume.width} 1`} preserveAspectRatio="none" aria-hidden="true">
        {marks.map((mark, i) => (
          <line key={i} class="mark" x1={mark} x2={mark} y1="0" y2="1" vector-effect="non-scaling-stroke" />
        ))}
      </svg>
      {onSample !== undefined && (
        <input
          class="over"
          type="range"
          aria-label={label}
          min="0"
          max={volume.width - 1}
          step="50"
          value={sample}
          onInput={event => onSample(Number(event.currentTarget.value))}
        />
      )}
    </div>
  );
}

/** The samples that an output's taps meet. */
export const tapsOf = (axis: Axis, o: number): number[] =>
  sources(axis, false, o).flatMap(({at}) => (at === undefined ? [] : [at]));
