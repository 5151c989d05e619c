import {effect, signal} from '@preact/signals';

export const THEMES = ['auto', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

export const theme = signal<Theme>('auto');

const device = matchMedia('(prefers-color-scheme: dark)');
const deviceIsDark = signal(device.matches);
device.addEventListener('change', () => (deviceIsDark.value = device.matches));

type Rgb = readonly [number, number, number];

/** The colours of values, as the style sheet has them. */
export interface Palette {
  readonly surface: Rgb;
  readonly ink: Rgb;
  readonly positive: Rgb;
  readonly negative: Rgb;
  readonly padding: Rgb;
}

const painter = document.createElement('canvas').getContext('2d');

/** A colour in any notation of CSS, as a canvas writes it: #rrggbb. */
function rgbOf(colour: string): Rgb {
  if (painter === null) return [128, 128, 128];
  painter.fillStyle = colour;
  const hex = painter.fillStyle;
  return [parseInt(hex.slice(1, 3), 16), parseInt(hex.slice(3, 5), 16), parseInt(hex.slice(5, 7), 16)];
}

function readPalette(): Palette {
  const style = getComputedStyle(document.documentElement);
  const read = (name: string): Rgb => rgbOf(style.getPropertyValue(`--${name}`).trim());
  return {
    surface: read('cell'),
    ink: read('ink'),
    positive: read('positive'),
    negative: read('negative'),
    padding: read('padding'),
  };
}

export const palette = signal<Palette>(readPalette());

/** Counts up when the font of the numbers is there. */
export const fonts = signal(0);

/** Follows the visitor's choice, or else the device. */
export function startTheme(): void {
  effect(() => {
    const isDark = theme.value === 'dark' || (theme.value === 'auto' && deviceIsDark.value);
    document.documentElement.dataset.theme = isDark ? 'dark' : 'light';
    palette.value = readPalette();
  });
  void document.fonts.load("500 15px 'Inter Variable'").then(() => fonts.value++);
}

const mix = (from: Rgb, to: Rgb, share: number): Rgb => [
  from[0] + (to[0] - from[0]) * share,
  from[1] + (to[1] - from[1]) * share,
  from[2] + (to[2] - from[2]) * share,
];

/** How values become colours: grey from 0 to 1, or two hues around 0. */
export type Scale = {readonly kind: 'grey'; readonly most: number} | {readonly kind: 'signed'; readonly most: number};

/** The scale for these values; pictures stay pictures as long as they have no values below 0. */
export function scaleOf(values: Float32Array, isPicture: boolean): Scale {
  let [least, most] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (!Number.isFinite(value)) continue;
    if (value < least) least = value;
    if (value > most) most = value;
  }
  if (isPicture && least > -1e-3) return {kind: 'grey', most: Math.max(1, most)};
  return {kind: 'signed', most: Math.max(most, -least) || 1};
}

/** The colour of a value; `strength` below 1 leaves numbers on it readable. */
export function colourOf(
  value: number,
  {kind, most}: Scale,
  {surface, positive, negative}: Palette,
  strength: number,
): Rgb {
  if (kind === 'grey') {
    const grey = 255 * Math.min(1, Math.max(0, value / most));
    return [grey, grey, grey];
  }
  const share = Number.isNaN(value) ? 0 : Math.min(1, Math.abs(value) / most) ** 0.75 * strength;
  return mix(surface, value < 0 ? negative : positive, share);
}

export const cssColour = ([r, g, b]: Rgb): string => `rgb(${Math.round(r)} ${Math.round(g)} ${Math.round(b)})`;
