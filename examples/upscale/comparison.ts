/** A picture as pixels enlarged by the browser's way, and as the network enlarges it, side by side. */
import {createCanvas, type Canvas} from '@napi-rs/canvas';
import type {Tensor3D} from '@tensorflow/tfjs-core';
import {FONT, registerFont} from '../font.js';
import {natural} from '../tour/picture.js';

const [MARGIN, TITLE] = [16, 28];
/** Pixels of the sheet for a pixel of the large picture. */
const ZOOM = 2;

export function comparison(small: Tensor3D, large: Tensor3D, times: string): Canvas {
  registerFont();
  const [height, width] = [large.shape[0] * ZOOM, large.shape[1] * ZOOM];
  const sheet = createCanvas(2 * width + 3 * MARGIN, height + 2 * MARGIN + TITLE);
  const context = sheet.getContext('2d');
  context.fillStyle = 'white';
  context.fillRect(0, 0, sheet.width, sheet.height);
  context.font = `15px "${FONT}"`;
  [
    {title: 'enlarged smoothly, as pages do', picture: natural(small)},
    {title: `by the network: ${times}`, picture: natural(large)},
  ].forEach(({title, picture}, i) => {
    const left = MARGIN + i * (width + MARGIN);
    context.fillStyle = 'black';
    context.fillText(title, left, MARGIN + TITLE / 2);
    context.imageSmoothingQuality = 'high';
    context.drawImage(picture, left, MARGIN + TITLE, width, height);
  });
  return sheet;
}
