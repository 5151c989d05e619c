import type {PresetName} from '../presets/presets.js';
import type {NumberName} from '../model/rules.js';
import type {FilterName, InputName, Kind} from '../model/state.js';

/** The words of one preset. */
export interface PresetText {
  readonly title: string;
  readonly about: string;
}

export const en = {
  title: 'Convolution playground',
  tagline: 'Every kind of convolution: see it, change it, measure it on this device.',
  skip: 'Skip to the figure',
  lessons: 'Figures',
  freely: 'On your own',
  freelyAbout:
    'You have left the worked figure. Everything that you choose is in the address of this page, so that you can keep it or send it to somebody.',
  backTo: 'Back to the figure',
  previous: 'Previous',
  next: 'Next',
  language: 'Language',
  theme: 'Theme',
  themes: {auto: 'as the device', light: 'light', dark: 'dark'},
  backend: 'Backend',
  lostBackend: 'The browser lost {0}, and the page goes on with cpu. Choose {0} to start it again.',
  noBackend: 'This browser could not start the backend {0}.',
  controls: 'Controls',
  kind: 'Kind of convolution',
  kinds: {
    conv2d: 'convolution, 2-D',
    pointwise: '1×1 (pointwise)',
    depthwise: 'depthwise',
    depthwiseSeparable: 'depthwise separable',
    spatial: 'spatially separable',
    transpose: 'transposed, 2-D',
    transposeMatrix: 'transposed, by its matrix',
    conv1d: '1-D (causal, too)',
    transpose1d: 'transposed, 1-D',
    conv3d: '3-D',
    transpose3d: 'transposed, 3-D',
  } satisfies Record<Kind, string>,
  input: 'Input',
  inputs: {
    article: 'the 5×5 of the figure',
    integers: 'integers',
    count: '1, 2, 3, …',
    pixel: 'a lone 1',
    ones: 'ones',
    outer: 'a times table',
    random: 'random',
    photo: 'photograph',
    file: 'your picture',
    camera: 'camera',
    sound: 'sound',
    stack: 'a hollow ball',
    drawn: 'your own',
  } satisfies Record<InputName, string>,
  filter: 'Filter',
  filters: {
    article: 'of the figure',
    count: '1, 2, 3, …',
    integers: 'integers',
    ones: 'ones',
    identity: 'identity',
    blur: 'blur',
    sharpen: 'sharpen',
    sobelX: 'Sobel, vertical edges',
    sobelY: 'Sobel, horizontal edges',
    laplace: 'Laplace',
    random: 'random',
    places: 'decimal places',
    placesBack: 'decimal places, backwards',
    corner: 'corner',
    echo: 'echo',
    typed: 'your own',
  } satisfies Record<FilterName, string>,
  numbers: {
    size: 'Size',
    channels: 'Channels in',
    filters: 'Channels out',
    kernel: 'Kernel',
    stride: 'Stride',
    dilation: 'Dilation',
    groups: 'Groups',
    outputPadding: 'Output padding',
    rank: 'Rank',
  } satisfies Record<NumberName, string>,
  pad: 'Padding',
  pads: {valid: 'none (valid)', same: 'same', causal: 'causal'},
  flip: 'Flip the filter',
  flipHint: 'the mathematical convolution',
  chooseFile: 'Choose a picture, or drop one here',
  badFile: 'That file is not a picture that this browser can read.',
  noCamera: 'The camera could not be used.',
  stopCamera: 'Stop the camera',
  brush: 'Brush',
  drawHint: 'Type numbers, or drag over them with the brush.',
  gridHint: 'Arrow keys go to the other numbers.',
  drawInputHint: 'Drag over the input with the brush, or use the arrow keys and Enter.',
  draw: 'Draw',
  noRoom: 'No window fits: the kernel, spread by its dilation, is larger than the padded input.',
  stage: 'Input, filter and output',
  output: 'Output',
  between: 'Between the passes',
  firstFilter: 'First filter',
  secondFilter: 'Second filter',
  channel: 'Channel',
  channelOf: 'channel {0}',
  group: 'group {0}',
  slice: 'Depth',
  planeHint: 'Arrow keys move the window.',
  both: '{0}; {1}',
  labelled: '{0}: {1}',
  play: 'Play',
  pause: 'Pause',
  listen: 'Listen',
  listenInput: 'Listen to the input',
  listenOutput: 'Listen to the output',
  atThis: 'At output {0}',
  window: 'Window',
  product: 'Products',
  sum: 'Sum',
  inPadding: 'padding',
  channelSums: 'The sums of the channels are added:',
  more: '… and {0} more',
  comesFrom: 'This output comes from {0} of the {1} inputs',
  takesPart: '{0} products, {1} of them in the padding',
  secondPass: 'second pass',
  panels: {
    code: 'Code',
    matrix: 'Matrix',
    gradient: 'Gradients',
    field: 'Receptive field',
    separable: 'Separable',
    measure: 'Measure',
    bench: 'Bench',
  },
  copy: 'Copy',
  copied: 'Copied',
  codeNone: 'There is no call for this.',
  matrixAbout:
    'The convolution is one matrix C: a row for each output, a column for each input. Many of its numbers are zeros, and each row has the same weights, moved.',
  matrixOnly:
    'The matrix is shown for kinds of one pass, up to 4096 inputs and outputs together and a million numbers (a quarter of a million for volumes).',
  matrixSize: '{0} rows × {1} columns; {2} % of the numbers are zeros',
  steps: 'Four steps',
  stepTitles: ['Rearrange the filter', 'Flatten the input', 'Multiply', 'Reshape'],
  stepTexts: {
    forward: [
      'The filter of {0} becomes the {1}×{2} matrix C, one row for each output.',
      'The input of {3} becomes a column of {2} numbers, row after row.',
      'C times the column is a column of {1} numbers: each is the sum at one position.',
      'The {1} numbers become the output of {4}.',
    ],
    transposed: [
      'The filter of {0} becomes the {1}×{2} matrix C of the convolution that goes the other way.',
      'The input of {3} becomes a column of {1} numbers.',
      'The transpose of C, {2}×{1}, times the column is a column of {2} numbers.',
      'The {2} numbers become the output of {4}: size and positions come back, the values do not.',
    ],
  },
  step: 'Step {0} of 4.',
  gradientAbout:
    'Paint a gradient dy on the output. dx says where it goes in the input (the transposed convolution of dy), dfilter what it asks of each weight.',
  gradientOnly: 'Gradients are painted where the input is numbers or a picture.',
  clear: 'Clear',
  fill: 'Fill',
  paintHint: 'Drag, or use the arrow keys and Enter.',
  fieldAbout:
    'With several such layers one on the other, an output sees more. Each number says by how many paths an input reaches that output, which is the gradient for a filter of ones.',
  layers: 'Layers',
  fieldSize: '{0} layers see {1}×{1} inputs',
  fieldOnly: 'The receptive field is shown for convolutions of two dimensions, up to 81 inputs wide.',
  separableAbout:
    'A filter that is a column times a row can be applied as two passes. Every filter is a sum of such pairs; the singular value decomposition finds the best ones.',
  separableOnly: 'Choose a filter of two dimensions with a kernel of 2 or more.',
  rankOf: 'Rank {0} of {1}',
  error: 'Error',
  errorOf: 'relative error {0} %',
  costOf: '{0} numbers instead of {1}',
  original: 'The filter',
  approximation: 'Column × row',
  columnFilter: 'Column',
  rowFilter: 'Row',
  measureAbout:
    'This convolution, on this device. The built-in op of TensorFlow.js runs beside ours where there is one.',
  parameters: 'Parameters',
  multiplications: 'Multiplications',
  instead: 'instead of {0}',
  variant: 'Variant that ran',
  ours: 'tfjs-conv',
  builtin: 'TensorFlow.js',
  noBuiltin: 'none',
  firstCall: 'First call',
  steady: 'Steady',
  difference: 'Largest difference',
  tensors: 'Tensors in memory',
  run: 'Run',
  running: 'Running …',
  stop: 'Stop',
  benchAbout:
    'Layers of networks that people run, batch 1, random numbers. Times are medians; results are compared before anything is timed. Bars beyond 1 are layers where tfjs-conv is faster.',
  benchLayers: 'Layers',
  benches: {few: 'a few small ones ({0})', all: 'all ({0})'},
  layer: 'Layer',
  faster: 'times as fast',
  saveJson: 'Save JSON',
  savePng: 'Save PNG',
  benchPlot: 'Times as fast as TensorFlow.js, per layer',
  failed: 'failed: {0}',
  broken: 'This part of the page could not be drawn: {0}',
  toFirst: 'To the first figure',
  frames: 'Camera: {0} frames a second',
  source: 'Source and documentation',
  offline: 'Works offline once loaded.',
  presets: {
    kernel: {
      title: 'A window slides over an image',
      about:
        'The 3×3 filter lies on a 3×3 part of the image, each pair of numbers is multiplied, and the nine products are added. Then it moves on by one. A 5×5 image has room for 3×3 positions.',
    },
    flip: {
      title: 'Convolution or cross-correlation',
      about:
        'Deep learning multiplies without flipping the filter, which is cross-correlation. The mathematical convolution flips it first, so that a lone 1 gives the filter back as it is. Switch the flip off and the output turns around.',
    },
    overlap: {
      title: 'Stride 1: windows overlap',
      about:
        'With a filter of size 2 and stride 1, neighbouring windows share a column or a row. Inner pixels are read four times.',
    },
    touch: {
      title: 'Stride 2: windows touch',
      about:
        'At stride 2 the windows of size 2 lie side by side: every pixel is read once, and the output is half as large.',
    },
    skip: {
      title: 'Stride 3: windows skip a pixel',
      about: 'At stride 3 a gap of one pixel stays between the windows. What lies in it changes nothing in the output.',
    },
    padding: {
      title: 'Padding keeps the size',
      about:
        'A border of zeros gives the window room at the edges. With “same” the output is as large as the input; the sums at the border have fewer products that count.',
    },
    channels: {
      title: 'Channels are added',
      about:
        'A 5×5 image with three channels meets one 3×3×3 filter: each of its three kernels filters its own channel to 3×3, and the three are added to one.',
    },
    filters: {
      title: 'More filters, more channels',
      about: 'Each filter makes one channel of the output. Four filters of 3×3×3 take 5×5×3 to 3×3×4.',
    },
    pointwise: {
      title: '1×1: fewer channels',
      about:
        'A 1×1 filter sees one pixel and all of its channels. Two such filters take eight channels to two and leave height and width alone: it reduces the dimension.',
    },
    causal: {
      title: '1-D, causal',
      about:
        'Along a line, the filter must not see what comes later. So all of the padding is before the first element: 1, then 12, then 123. The numbers show which elements took part.',
    },
    sound: {
      title: 'A sound and its echo',
      about:
        'The same on 12 000 samples of a sound: taps that lie 0.3 seconds apart add what was heard before, more quietly. Listen to the input and to the output.',
    },
    volume: {
      title: '3-D: along depth too',
      about:
        'The filter is shallower than its input and slides along height, width and depth, so the output is a volume as well. This one adds 1 × right, 10 × below and 100 × behind.',
    },
    stack: {
      title: 'A stack of sections',
      about:
        'A hollow ball in sections, blurred in all three directions. Scroll through the depth of the input and of the output.',
    },
    dilated: {
      title: 'Dilated: gaps between the taps',
      about:
        'With dilation 2 the nine taps lie two apart and cover 5×5. Here together with stride 2 and padding 1, which TensorFlow.js itself refuses.',
    },
    field: {
      title: 'The receptive field grows',
      about:
        'Stacked convolutions see further. Dilation widens the field without more weights, and leaves a pattern of what is seen.',
    },
    matrix: {
      title: 'Transposed, by the matrix',
      about:
        'A 3×3 filter on a 4×4 image is a 4×16 matrix C. Its transpose takes four numbers to sixteen: the size and the positions come back, the values do not.',
    },
    transposed: {
      title: 'Transposed, directly',
      about:
        'Each input lays the filter on the output, a stride apart, and what overlaps is added. No matrix and no inserted zeros are needed; output padding adds elements at the end.',
    },
    gradient: {
      title: 'Both gradients',
      about:
        'Training asks which way the input and the filter should change. Paint dy on the output: dx is the transposed convolution of dy, dfilter the correlation of the input with it.',
    },
    separable: {
      title: 'Separable: a column, then a row',
      about:
        'The Sobel filter is a column times a row. Two passes with 3 + 3 numbers give what one pass with 9 does: six multiplications a pixel instead of nine.',
    },
    lowRank: {
      title: 'Nearly separable',
      about:
        'A random 7×7 filter is no such product, but a sum of seven. The first few are often enough: see how the error falls as the rank grows.',
    },
    depthwise: {
      title: 'Depthwise: each channel alone',
      about:
        'Three channels, three filters of 3×3: nothing is added across channels. It is grouped convolution with as many groups as channels.',
    },
    depthwiseSeparable: {
      title: 'Depthwise separable',
      about:
        '7×7×3 becomes 5×5×3 by three filters of 3×3×1, then 5×5×128 by 128 filters of 1×1×3. Far fewer multiplications than 128 filters of 3×3×3.',
    },
    grouped: {
      title: 'Grouped: halves side by side',
      about:
        'With two groups, the filters of each see half of the input channels and make half of the output channels. The halves are stacked, for half of the weights.',
    },
    edges: {
      title: 'On a photograph',
      about:
        'The same sums on real pixels: this filter answers where dark meets light from left to right. Try others, draw your own, or turn the camera on.',
    },
  } satisfies Record<PresetName, PresetText>,
};

type Widen<T> = {
  readonly [K in keyof T]: T[K] extends string
    ? string
    : T[K] extends readonly string[]
      ? readonly string[]
      : Widen<T[K]>;
};

/** All words of the page, in one language. */
export type Text = Widen<typeof en>;
