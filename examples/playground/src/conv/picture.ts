import photoUrl from '../../../data/chelsea.png?url';
import {busyWith} from '../busy.js';
import {inputsOf} from '../model/rules.js';
import {PICTURE_SIZE} from '../model/state.js';
import {change, picture, problem, state} from '../store.js';
import {fill, messageOf, text} from '../text/text.js';
import {effect, signal} from '@preact/signals';

/** Frames a second that the camera's picture goes through the convolution; 0 while it is off. */
export const frames = signal(0);

const canvas = document.createElement('canvas');
canvas.width = canvas.height = PICTURE_SIZE;
const context = canvas.getContext('2d', {willReadFrequently: true});

/** The pixels of the square in the middle of a picture, on white. */
function pixels(source: CanvasImageSource, width: number, height: number): Uint8ClampedArray | undefined {
  if (context === null) return undefined;
  const side = Math.min(width, height);
  context.fillStyle = 'white';
  context.fillRect(0, 0, PICTURE_SIZE, PICTURE_SIZE);
  context.drawImage(source, (width - side) / 2, (height - side) / 2, side, side, 0, 0, PICTURE_SIZE, PICTURE_SIZE);
  return context.getImageData(0, 0, PICTURE_SIZE, PICTURE_SIZE).data;
}

/**
 * The pixels of a picture in any format that the browser shows.
 * @throws if it shows none.
 */
async function read(url: string): Promise<Uint8ClampedArray | undefined> {
  const image = new Image();
  image.src = url;
  await image.decode();
  // Drawings may have no size of their own.
  return pixels(image, image.naturalWidth || PICTURE_SIZE, image.naturalHeight || PICTURE_SIZE);
}

/** The photograph; another input may have been chosen before it is there. */
async function readPhoto(): Promise<void> {
  try {
    const photo = await read(photoUrl);
    if (state.peek().input === 'photo') picture.value = photo;
  } catch (error) {
    problem.value = fill(text.value.failed, messageOf(error));
  }
}

/** The file that is to be shown: one given before may be slower to read, and none is where another input was chosen since. */
let wanted: File | undefined;

/** A picture of the visitor's; a kind that takes none gives way to one that does. */
export async function readFile(file: File): Promise<void> {
  wanted = file;
  const url = URL.createObjectURL(file);
  try {
    const own = await busyWith(read(url));
    if (wanted !== file) return;
    picture.value = own;
    const {kind} = state.peek();
    change({input: 'file', kind: inputsOf(kind).includes('file') ? kind : 'conv2d'});
  } catch {
    if (wanted === file) problem.value = text.value.badFile;
  } finally {
    URL.revokeObjectURL(url);
  }
}

let stopCamera = (): void => undefined;

/** Starts the camera, whose pictures follow one another until another input is chosen. */
async function startCamera(): Promise<void> {
  const video = document.createElement('video');
  let isOn = true;
  let stream: MediaStream | undefined;
  const stop = (): void => {
    isOn = false;
    stream?.getTracks().forEach(track => track.stop());
    frames.value = 0;
  };
  const fail = (): void => {
    if (!isOn) return;
    change({input: 'photo'});
    problem.value = text.value.noCamera;
  };
  stopCamera = stop;
  try {
    stream = await navigator.mediaDevices.getUserMedia({video: {width: 320, height: 240}});
    // Another input may have been chosen while the browser asked the visitor.
    if (!isOn) return stop();
    stream.getVideoTracks().forEach(track => track.addEventListener('ended', fail));
    video.muted = video.playsInline = true;
    video.srcObject = stream;
    await video.play();
  } catch {
    return fail();
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
    wanted = undefined;
    stopCamera();
    if (input === 'photo') void busyWith(readPhoto());
    if (input === 'camera') void busyWith(startCamera());
  });
}
