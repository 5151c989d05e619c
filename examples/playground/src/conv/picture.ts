import photoUrl from '../../../data/chelsea.png?url';
import {busyWith} from '../busy.js';
import {PICTURE_SIZE} from '../model/state.js';
import {change, picture, problem, state} from '../store.js';
import {fill, text} from '../text/text.js';
import {effect, signal} from '@preact/signals';

/** Frames a second that the camera's picture goes through the convolution; 0 while it is off. */
export const frames = signal(0);

const canvas = document.createElement('canvas');
canvas.width = canvas.height = PICTURE_SIZE;
const context = canvas.getContext('2d', {willReadFrequently: true});

/** The pixels of the square in the middle of a picture. */
function pixels(source: CanvasImageSource, width: number, height: number): Uint8ClampedArray | undefined {
  if (context === null) return undefined;
  const side = Math.min(width, height);
  context.drawImage(source, (width - side) / 2, (height - side) / 2, side, side, 0, 0, PICTURE_SIZE, PICTURE_SIZE);
  return context.getImageData(0, 0, PICTURE_SIZE, PICTURE_SIZE).data;
}

async function read(blob: Blob): Promise<void> {
  const bitmap = await createImageBitmap(blob);
  picture.value = pixels(bitmap, bitmap.width, bitmap.height);
  bitmap.close();
}

/** The photograph; another input may have been chosen before it is there. */
async function readPhoto(): Promise<void> {
  try {
    const blob = await (await fetch(photoUrl)).blob();
    if (state.peek().input === 'photo') await read(blob);
  } catch (error) {
    problem.value = fill(text.value.failed, String(error));
  }
}

/** A picture of the visitor's. */
export async function readFile(file: File): Promise<void> {
  try {
    await busyWith(read(file));
    change({input: 'file'});
  } catch {
    problem.value = text.value.badFile;
  }
}

let stopCamera = (): void => undefined;

/** Starts the camera, whose pictures follow one another until another input is chosen. */
async function startCamera(): Promise<void> {
  const video = document.createElement('video');
  let isOn = true;
  let stream: MediaStream | undefined;
  stopCamera = () => {
    isOn = false;
    stream?.getTracks().forEach(track => track.stop());
    frames.value = 0;
  };
  try {
    stream = await navigator.mediaDevices.getUserMedia({video: {width: 320, height: 240}});
    video.muted = video.playsInline = true;
    video.srcObject = stream;
    await video.play();
  } catch {
    change({input: 'photo'});
    problem.value = text.value.noCamera;
    return;
  }
  let [count, since] = [0, performance.now()];
  const next = (): void => {
    if (!isOn) return;
    picture.value = pixels(video, video.videoWidth, video.videoHeight);
    count++;
    const now = performance.now();
    if (now - since > 1000) {
      frames.value = Math.round((1000 * count) / (now - since));
      [count, since] = [0, now];
    }
    requestAnimationFrame(next);
  };
  next();
}

/** Reads what the input asks for. */
export function startPictures(): void {
  let before = '';
  effect(() => {
    const {input} = state.value;
    if (input === before) return;
    before = input;
    stopCamera();
    if (input === 'photo') void busyWith(readPhoto());
    if (input === 'camera') void busyWith(startCamera());
  });
}
