import {isPicture, PICTURE_SIZE} from '../model/state.js';
import {indexOf} from '../model/window.js';
import type {Position, Volume} from '../model/window.js';
import {change, picture, state} from '../store.js';
import {brush} from '../view/draw_tools.js';

/** Pixels around the one under the pointer that the brush covers. */
const RADIUS = 3;

/** Paints pixels of the picture with the brush, whose 0 is black and 1 white; without a channel, all of them. */
function paintPicture([, row, column]: Position, channel: number | undefined): void {
  const pixels = picture.peek()?.slice();
  if (pixels === undefined) return;
  const isGrey = state.peek().channels === 1;
  const painted = isGrey || channel === undefined ? [0, 1, 2] : [channel];
  for (let h = Math.max(0, row - RADIUS); h <= Math.min(PICTURE_SIZE - 1, row + RADIUS); h++) {
    for (let w = Math.max(0, column - RADIUS); w <= Math.min(PICTURE_SIZE - 1, column + RADIUS); w++) {
      if (Math.hypot(h - row, w - column) > RADIUS + 0.5) continue;
      for (const c of painted) pixels[4 * (h * PICTURE_SIZE + w) + c] = 255 * brush.peek();
    }
  }
  // A picture that is painted on is neither the photograph any more, nor does the camera go on.
  if (state.peek().input !== 'file') change({input: 'file'});
  picture.value = pixels;
}

/** Sets the number at a place of the input to that of the brush; the input is one's own from then on. */
export function paintInput(x: Volume, at: Position, channel: number | undefined): void {
  const {input, cells} = state.peek();
  if (isPicture(input)) {
    paintPicture(at, channel);
    return;
  }
  const next = input === 'drawn' ? [...cells] : [...x.values];
  next[indexOf(x, at, channel ?? 0)] = brush.peek();
  change({input: 'drawn', cells: next});
}
