import type {Activation} from 'tfjs-conv';
import type {Case, CaseOptions} from './case.js';

const ACTIVATIONS: readonly Activation[] = ['linear', 'relu', 'relu6', 'elu', 'sigmoid', 'leakyrelu', 'prelu'];

/** Calls whose result [3, 5, 4, 6] is the same for all, or [3, 6, 5, 4] with channels first. */
const calls = (options: CaseOptions): ReadonlyArray<Omit<Case, 'name'>> => {
  const size = options.dataFormat === 'NCHW' ? [3, 2, 6, 4] : [3, 6, 4, 2];
  return [
    {op: 'conv2d', x: size, filters: [[2, 1, 2, 6]], options},
    {op: 'depthwiseConv2d', x: size, filters: [[2, 1, 2, 3]], options},
    {
      op: 'conv2dTranspose',
      x: size,
      filters: [[2, 1, 6, 2]],
      options: {
        ...options,
        pad: [
          [1, 1],
          [0, 0],
        ],
      },
    },
    {
      op: 'spatiallySeparableConv2d',
      x: size,
      filters: [
        [2, 1, 2, 3],
        [1, 1, 3, 6],
      ],
      options,
    },
    {
      op: 'depthwiseSeparableConv2d',
      x: size,
      filters: [
        [2, 1, 2, 1],
        [1, 1, 2, 6],
      ],
      options,
    },
  ];
};

const named = (name: string, options: CaseOptions): Case[] => calls(options).map(one => ({...one, name}));

type Slopes = ReadonlyArray<readonly [CaseOptions['dataFormat'], ReadonlyArray<readonly number[]>]>;

/** Shapes of slopes of prelu that kernels have; [6] counts channels in every data format. */
const KERNEL_SLOPES: Slopes = [
  ['NHWC', [[], [1], [6], [1, 1, 6]]],
  ['NCHW', [[], [1], [6], [6, 1, 1]]],
];

/** Those that only broadcast to the result: prelu is a step of its own then, the same for every op. */
const OTHER_SLOPES: Slopes = [
  [
    'NHWC',
    [
      [4, 1],
      [5, 4, 6],
      [1, 5, 1, 1],
      [3, 1, 1, 1],
      [3, 5, 4, 6],
    ],
  ],
  ['NCHW', [[4], [5, 1], [6, 5, 4], [3, 1, 1, 1], [3, 6, 5, 4]]],
];

const preluCases = (slopes: Slopes): Case[] =>
  slopes.flatMap(([dataFormat, shapes]) =>
    shapes.flatMap(shape =>
      named(`prelu ${dataFormat} slopes [${shape.join()}]`, {
        activation: 'prelu',
        slopes: shape,
        dataFormat,
        bias: true,
      }),
    ),
  );

/** Small ones: the matrix is dense. */
const matrixCases: readonly Case[] = ACTIVATIONS.flatMap(activation =>
  (['NHWC', 'NCHW'] as const).map(
    dataFormat =>
      ({
        name: `bias, ${activation} ${dataFormat}`,
        op: 'conv2dTransposeMatrix',
        x: [2, 2, 2, 2],
        filters: [[2, 1, 3, 2]],
        options: {bias: true, activation, dataFormat, ...(activation === 'prelu' ? {slopes: [3]} : {})},
      }) as const,
  ),
);

/** Bias and activations, with every kernel that has them. */
export const epilogueCases: readonly Case[] = [
  ...matrixCases,
  ...named('bias', {bias: true}),
  ...named('bias NCHW', {bias: true, dataFormat: 'NCHW'}),
  ...ACTIVATIONS.flatMap(activation => [
    ...named(`bias, ${activation}`, {bias: true, activation, ...(activation === 'prelu' ? {slopes: [6]} : {})}),
    ...named(`${activation} NCHW`, {activation, dataFormat: 'NCHW', ...(activation === 'prelu' ? {slopes: [6]} : {})}),
  ]),
  ...[0, 1, 0.5, -1.5].flatMap(leakyreluAlpha =>
    named(`leakyrelu ${leakyreluAlpha}`, {activation: 'leakyrelu', leakyreluAlpha}),
  ),
  ...preluCases(KERNEL_SLOPES),
  ...preluCases(OTHER_SLOPES).filter(({op}) => op === 'conv2d' || op === 'conv2dTranspose'),
  {
    name: 'prelu unbatched per element',
    op: 'conv2d',
    x: [6, 4, 2],
    filters: [[2, 1, 2, 6]],
    options: {activation: 'prelu', slopes: [5, 4, 6]},
  },
  {
    name: 'bias and prelu NCW',
    op: 'conv1d',
    x: [2, 3, 7],
    filters: [[2, 3, 5]],
    options: {dataFormat: 'NCW', bias: true, activation: 'prelu', slopes: [5, 6]},
  },
  {
    name: 'bias and prelu NCDHW',
    op: 'conv3d',
    x: [2, 2, 3, 4, 5],
    filters: [[2, 1, 3, 2, 3]],
    options: {dataFormat: 'NCDHW', bias: true, activation: 'prelu', slopes: [3, 2, 4, 3]},
  },
  {
    name: 'bias and prelu NCDHW',
    op: 'conv3dTranspose',
    x: [2, 2, 2, 3, 2],
    filters: [[2, 1, 3, 3, 2]],
    options: {dataFormat: 'NCDHW', bias: true, activation: 'prelu', slopes: [3], strides: [1, 2, 2]},
  },
];
