import {depthwiseRowsSource} from '../../kernels/webgl/glsl/depthwise_rows.js';
import type {EpilogueKind} from '../../kernels/webgl/glsl/epilogue.js';
import {filterGradientSource} from '../../kernels/webgl/glsl/filter_gradient.js';
import {filterTextureSource, tapPairsSource, weightPairsSource} from '../../kernels/webgl/glsl/filter_texture.js';
import {imageTextureSource, packedImageSource} from '../../kernels/webgl/glsl/image_texture.js';
import {matrixSource} from '../../kernels/webgl/glsl/matrix.js';
import {packedSource} from '../../kernels/webgl/glsl/packed.js';
import type {PackedKind} from '../../kernels/webgl/glsl/packed.js';
import {packedGradientSource} from '../../kernels/webgl/glsl/packed_gradient.js';
import {pointwiseSource} from '../../kernels/webgl/glsl/pointwise.js';
import {tilesSource} from '../../kernels/webgl/glsl/tiles.js';
import type {TilesKind} from '../../kernels/webgl/glsl/tiles.js';
import {writeFilterGradientSource} from '../../kernels/webgl/glsl/write_filter_gradient.js';
import {writeTensorSource} from '../../kernels/webgl/glsl/write_tensor.js';
import type {UnrolledTaps} from '../../kernels/webgl/plan/unrolled_taps.js';
import {ACTIVATIONS} from '../../src/geometry/options.js';

/*
 * Sources of WebGL programs that have between them everything that a source can be made of. They are functions of their
 * kinds only, so that Node, which has no WebGL, compares them with snapshots; a page compiles them.
 */

const LINEAR: EpilogueKind = {bias: undefined, slopes: undefined, activation: 'linear'};

const tiles = (kind: Partial<TilesKind>): string =>
  tilesSource({
    products: 'dense',
    addressing: 'lines',
    backward: false,
    single: [true, false, false],
    oneBlock: false,
    epilogue: LINEAR,
    ...kind,
  });

const pointwise = (epilogue: EpilogueKind): string => pointwiseSource({remainder: 0, oddWidth: false, epilogue});

const packedTaps = (taps: Partial<UnrolledTaps>): UnrolledTaps => ({
  lines: 1,
  kernel: [1, 1, 3],
  resultStep: [1, 1],
  tapStep: [1, 1],
  beginsOdd: true,
  ...taps,
});

const packed = (kind: Partial<PackedKind>): string =>
  packedSource({
    products: 'dense',
    epilogue: LINEAR,
    backward: false,
    single: [true, false, false],
    oddChannels: false,
    onePair: false,
    targets: 1,
    taps: undefined,
    ...kind,
  });

const rows = (taps: Partial<UnrolledTaps>, flat = true): string =>
  depthwiseRowsSource({
    epilogue: LINEAR,
    flat,
    taps: {lines: 1, kernel: [1, 3, 3], resultStep: [1, 1], tapStep: [1, 1], beginsOdd: true, ...taps},
  });

/** One value per channel in an aligned tensor. */
const PER_CHANNEL = {access: 'unpackedAligned', spread: 'channels'} as const;

/** Every program by its name, and what it is for. */
export const WEBGL_SOURCES: Readonly<Record<string, string>> = {
  'image texture, channels last': imageTextureSource('packedAligned', true, false, 4),
  'image texture, channels first': imageTextureSource('packed', false, false, 4),
  'image texture, two channels first': imageTextureSource('packed', false, false, 2),
  'image texture, part with a single channel': imageTextureSource('packed', true, true, 1),
  'image texture, part of an unpacked image': imageTextureSource('unpackedAligned', true, true, 4),
  'packed image of an unpacked one': packedImageSource('unpacked'),

  'filter texture': filterTextureSource('packedAligned', false),
  'filter texture, backward': filterTextureSource('unpacked', true),
  'pairs of taps': tapPairsSource('packed', false),
  'pairs of taps, backward': tapPairsSource('unpacked', true),
  packed: packed({}),
  'packed, a pair of source channels': packed({onePair: true, single: [true, true, true]}),
  'packed, one source channel': packed({onePair: true, oddChannels: true}),
  'packed, odd source channels, backward': packed({oddChannels: true, backward: true}),
  'packed, 3x3 written out, three targets': packed({targets: 3, taps: packedTaps({})}),
  'packed, depthwise, backward': packed({products: 'depthwise', backward: true}),
  'packed, depthwise 3x3': packed({products: 'depthwise', taps: packedTaps({})}),
  'packed, 3x3 at stride 2': packed({taps: packedTaps({resultStep: [1, 2], beginsOdd: false})}),
  'packed, 3x3, odd source channels, backward': packed({oddChannels: true, backward: true, taps: packedTaps({})}),
  'packed filter gradient': packedGradientSource({channels: 'dense', onePair: false, neighbours: false}),
  'packed filter gradient, a pair of columns': packedGradientSource({
    channels: 'dense',
    onePair: true,
    neighbours: true,
  }),
  'packed depthwise filter gradient': packedGradientSource({channels: 'one', onePair: false, neighbours: true}),
  'packed depthwise filter gradient of one row': packedGradientSource({
    channels: 'row',
    onePair: false,
    neighbours: true,
  }),
  'packed depthwise filter gradient, two output channels': packedGradientSource({
    channels: 'even',
    onePair: false,
    neighbours: true,
  }),
  'packed depthwise filter gradient, three output channels': packedGradientSource({
    channels: 'odd',
    onePair: false,
    neighbours: false,
  }),
  'pairs of weights': weightPairsSource('packed', false),
  'pairs of weights, backward': weightPairsSource('unpacked', true),

  'tiles, dense by lines': tiles({}),
  'tiles, dense by lines, 1x1 of one block': tiles({single: [true, true, true], oneBlock: true}),
  'tiles, dense by pixels, backward in 3-D': tiles({
    addressing: 'pixels',
    backward: true,
    single: [false, false, false],
  }),
  'tiles, depthwise by lines': tiles({products: 'depthwise'}),
  'tiles, depthwise by pixels, backward': tiles({products: 'depthwise', addressing: 'pixels', backward: true}),
  'tiles, single by lines': tiles({products: 'single'}),
  'tiles, single by pixels': tiles({products: 'single', addressing: 'pixels'}),
  'tiles, bias and relu': tiles({epilogue: {...LINEAR, bias: PER_CHANNEL, activation: 'relu'}}),

  'pointwise, odd width and three channels more': pointwiseSource({remainder: 3, oddWidth: true, epilogue: LINEAR}),
  ...Object.fromEntries(
    ACTIVATIONS.map(activation => [
      `pointwise, ${activation}`,
      pointwise({...LINEAR, activation, slopes: activation === 'prelu' ? PER_CHANNEL : undefined}),
    ]),
  ),
  'pointwise, bias of one value': pointwise({...LINEAR, bias: {access: 'packed', spread: 'one'}}),
  'pointwise, bias and slopes that repeat': pointwise({
    bias: {access: 'packedAligned', spread: 'channels'},
    slopes: {access: 'unpacked', spread: 'period'},
    activation: 'prelu',
  }),

  'depthwise rows, 3x3, a line': rows({}),
  'depthwise rows, 3x3, four lines': rows({lines: 4}),
  'depthwise rows, 2x3x3 at stride 2, two lines': rows({lines: 2, kernel: [2, 3, 3], resultStep: [2, 2]}, false),
  'depthwise rows, 2x3 at dilation 2': rows({kernel: [1, 2, 3], tapStep: [2, 2], beginsOdd: false}),
  'depthwise rows, taps in loops from an odd column': depthwiseRowsSource({
    epilogue: LINEAR,
    flat: true,
    taps: {lines: 1, beginsOdd: true, endsEven: false},
  }),
  'depthwise rows, taps in loops in 3-D': depthwiseRowsSource({
    epilogue: LINEAR,
    flat: false,
    taps: {lines: 1, beginsOdd: false, endsEven: true},
  }),

  'filter gradient, dense by lines': filterGradientSource('dense', 'lines', false),
  'filter gradient, dense by pixels, a later region': filterGradientSource('dense', 'pixels', true),
  'filter gradient, depthwise by lines': filterGradientSource('depthwise', 'lines', false),
  'filter gradient, depthwise by pixels, a later region': filterGradientSource('depthwise', 'pixels', true),

  'write a dense filter gradient, packed': writeFilterGradientSource('dense', true),
  'write a depthwise filter gradient, unpacked': writeFilterGradientSource('depthwise', false),

  'write a tensor, packed texels within tiles': writeTensorSource({
    isPacked: true,
    channelsLast: true,
    paired: true,
    results: 'onePhase',
    within: true,
  }),
  'write a tensor, pairs of channels of phases': writeTensorSource({
    isPacked: true,
    channelsLast: true,
    paired: true,
    results: 'phases',
    within: false,
  }),
  'write a tensor, channels first, a region': writeTensorSource({
    isPacked: true,
    channelsLast: false,
    paired: false,
    results: 'region',
    within: false,
  }),
  'write a tensor, unpacked, a region': writeTensorSource({
    isPacked: false,
    channelsLast: true,
    paired: false,
    results: 'region',
    within: false,
  }),
  'write a tensor, channels first, one phase, unpacked': writeTensorSource({
    isPacked: false,
    channelsLast: false,
    paired: false,
    results: 'onePhase',
    within: false,
  }),

  'matrix, packed': matrixSource('packed', true),
  'matrix, unpacked': matrixSource('unpacked', false),
};
