import type {Pad} from './axis.js';

export const KINDS = [
  'conv2d',
  'pointwise',
  'depthwise',
  'depthwiseSeparable',
  'spatial',
  'transpose',
  'transposeMatrix',
  'conv1d',
  'transpose1d',
  'conv3d',
  'transpose3d',
] as const;
export type Kind = (typeof KINDS)[number];

export const INPUTS = [
  'article',
  'integers',
  'count',
  'pixel',
  'ones',
  'outer',
  'random',
  'photo',
  'file',
  'camera',
  'sound',
  'stack',
  'drawn',
] as const;
export type InputName = (typeof INPUTS)[number];

export const FILTERS = [
  'article',
  'count',
  'integers',
  'ones',
  'identity',
  'blur',
  'sharpen',
  'sobelX',
  'sobelY',
  'laplace',
  'random',
  'places',
  'placesBack',
  'corner',
  'echo',
  'typed',
] as const;
export type FilterName = (typeof FILTERS)[number];

/** All that the address holds: what is convolved with what, and how. */
export interface State {
  readonly kind: Kind;
  readonly input: InputName;
  /** Width, and height and depth where there are any. */
  readonly size: number;
  readonly channels: number;
  readonly filters: number;
  readonly kernel: number;
  readonly stride: number;
  readonly pad: Pad;
  readonly dilation: number;
  readonly groups: number;
  readonly outputPadding: number;
  readonly flip: boolean;
  /** Pairs of a column and a row of a separable filter. */
  readonly rank: number;
  readonly filter: FilterName;
  /** The numbers of the filter 'typed', in the order of its shape. */
  readonly values: readonly number[];
  /** The numbers of the input 'drawn', channels last. */
  readonly cells: readonly number[];
}

export const DEFAULTS: State = {
  kind: 'conv2d',
  input: 'article',
  size: 5,
  channels: 1,
  filters: 1,
  kernel: 3,
  stride: 1,
  pad: 'valid',
  dilation: 1,
  groups: 1,
  outputPadding: 0,
  flip: false,
  rank: 1,
  filter: 'article',
  values: [],
  cells: [],
};

/** Inputs whose size is their own: pictures and sound. */
export const isPicture = (input: InputName): boolean => input === 'photo' || input === 'file' || input === 'camera';
export const isLarge = ({input}: Pick<State, 'input'>): boolean => isPicture(input) || input === 'sound';

/** Width and height of pictures, and samples of the sound. */
export const PICTURE_SIZE = 128;
export const SOUND_RATE = 8000;
export const SOUND_SIZE = 12000;

export function sizeOf({input, size}: State): number {
  if (isPicture(input)) return PICTURE_SIZE;
  return input === 'sound' ? SOUND_SIZE : size;
}
