import {SOUND_RATE} from '../model/state.js';
import type {Volume} from '../model/window.js';

let context: AudioContext | undefined;
let playing: AudioBufferSourceNode | undefined;

/** Plays a line of samples, as loud at its loudest as any other, in place of what is being played. */
export async function play({values, width, channels}: Volume): Promise<void> {
  context ??= new AudioContext();
  await context.resume();
  playing?.stop();
  const buffer = context.createBuffer(1, width, SOUND_RATE);
  const most = values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 1e-6);
  buffer.copyToChannel(
    Float32Array.from({length: width}, (_, i) => (0.8 * values[i * channels]) / most),
    0,
  );
  playing = new AudioBufferSourceNode(context, {buffer});
  playing.connect(context.destination);
  playing.start();
}
