import {fits} from '../../kernels/webgl/plan/texture_layout.js';
import {gradientRegions, gradientSums} from '../../kernels/webgl/plan/filter_gradient.js';
import {backwardPhasePlan, forwardPhasePlan} from '../../kernels/gpu/phase_plan.js';
import type {PhasePlan} from '../../kernels/gpu/phase_plan.js';
import {tilingOf} from '../../kernels/webgl/plan/tiling.js';
import type {TiledRegion} from '../../kernels/webgl/plan/tiling.js';
import type {ConvGeometry} from '../../src/geometry/conv.js';

/* The plans of kernels/webgl need no device. */

interface Axis {
  readonly input: number;
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  readonly pad: number;
}

const axis = ({input, kernel, stride, dilation, pad}: Axis): ConvGeometry['axes'][0] => ({
  input,
  kernel,
  stride,
  dilation,
  padBefore: pad,
  padAfter: pad,
  output: Math.floor((input + 2 * pad - (kernel - 1) * dilation - 1) / stride) + 1,
});

/** Textures of so many texels a side hold none of the convolutions below. */
const SMALL = 12;

const ONE: Axis = {input: 1, kernel: 1, stride: 1, dilation: 1, pad: 0};

const geometry = (
  [depth, height, width]: readonly [Axis, Axis, Axis],
  rest: Partial<Omit<ConvGeometry, 'axes'>>,
): ConvGeometry => ({
  batch: 1,
  groups: 1,
  inChannels: 3,
  outChannels: 5,
  channelsLast: true,
  axes: [axis(depth), axis(height), axis(width)],
  ...rest,
});

const GEOMETRIES: ReadonlyArray<readonly [string, ConvGeometry]> = [
  [
    '3x2, strides and dilations',
    geometry(
      [
        ONE,
        {input: 23, kernel: 3, stride: 2, dilation: 3, pad: 2},
        {input: 19, kernel: 2, stride: 1, dilation: 2, pad: 1},
      ],
      {batch: 2},
    ),
  ],
  [
    'stride beyond the kernel',
    geometry(
      [
        {input: 5, kernel: 2, stride: 3, dilation: 1, pad: 1},
        {input: 11, kernel: 1, stride: 4, dilation: 1, pad: 0},
        {input: 13, kernel: 3, stride: 2, dilation: 1, pad: 1},
      ],
      {},
    ),
  ],
  [
    'odd groups',
    geometry(
      [
        ONE,
        {input: 9, kernel: 3, stride: 1, dilation: 1, pad: 1},
        {input: 8, kernel: 3, stride: 1, dilation: 1, pad: 0},
      ],
      {groups: 3, inChannels: 6, outChannels: 9, channelsLast: false},
    ),
  ],
  [
    'depthwise',
    geometry(
      [
        ONE,
        {input: 17, kernel: 5, stride: 1, dilation: 1, pad: 2},
        {input: 15, kernel: 3, stride: 2, dilation: 1, pad: 1},
      ],
      {groups: 6, inChannels: 6, outChannels: 6},
    ),
  ],
];

const PLANS = GEOMETRIES.flatMap(([name, g]) => [
  [`${name}, forward`, forwardPhasePlan(g)] as const,
  [`${name}, backward`, backwardPhasePlan(g)] as const,
]);

/** Whether result i of an axis reads source s at some tap. */
function reads({backward, geometry: {axes}}: PhasePlan, a: number, i: number, s: number): boolean {
  const {kernel, stride, dilation, padBefore} = axes[a];
  const [x, y] = backward ? [i, s] : [s, i];
  const tap = (x + padBefore - y * stride) / dilation;
  return Number.isInteger(tap) && tap >= 0 && tap < kernel;
}

const range = (from: number, count: number): number[] => Array.from({length: count}, (_, i) => from + i);

/** The results of a region along an axis, of all phases. */
function resultsOf({whole, region}: TiledRegion, a: number): number[] {
  const {from, count} = region.grid[a];
  return range(from, count)
    .flatMap(t => range(0, whole.phases[a]).map(phase => t * whole.resultStep[a] + phase))
    .filter(i => i < whole.result.spatial[a]);
}

describe.each(PLANS)('the regions of %s', (_, plan) => {
  const all = plan.batch * plan.grid.reduce((a, b) => a * b, 1);

  test('there is one where textures are large', () => expect(tilingOf(plan, 4096)).toHaveLength(1));

  test.each([SMALL, 16, 24])('fit textures of %d texels a side, and no result is in two or in none', maxSize => {
    const regions = tilingOf(plan, maxSize);
    let sum = 0;
    for (const {region, layouts, channels} of regions) {
      expect(Object.values(layouts).every(layout => fits(layout, maxSize))).toBe(true);
      sum += region.batch.count * region.grid.reduce((n, {count}) => n * count, region.blocks.count);
      const blocks = channels.result.groups * channels.result.blocksPerGroup;
      expect(region.blocks.from + region.blocks.count).toBeLessThanOrEqual(blocks);
    }
    const [{channels}] = regions;
    expect(sum).toBe(all * channels.result.groups * channels.result.blocksPerGroup);
    const corners = regions.map(({region: {batch, grid, blocks}}) =>
      [batch, ...grid, blocks].map(({from}) => from).join(),
    );
    expect(new Set(corners).size).toBe(regions.length);
  });

  test('a region has every source that its results read', () => {
    const regions = tilingOf(plan, SMALL);
    expect(regions.length).toBeGreaterThan(1);
    for (const tiled of regions) {
      range(0, 3).forEach(a => {
        const results = resultsOf(tiled, a);
        const read = range(0, plan.source.spatial[a]).filter(s => results.some(i => reads(plan, a, i, s)));
        const {from, part} = tiled.crop;
        read.forEach(s => expect(s >= from[a] && s < from[a] + part.spatial[a]).toBe(true));
      });
    }
  });

  test('none fits a texture of one texel', () => {
    expect(() => tilingOf(plan, 1)).toThrow('fit the largest');
  });
});

test.each(GEOMETRIES)('the regions of the filter gradient of %s fit and make up the results', (_, g) => {
  const plan = forwardPhasePlan(g);
  const regions = gradientRegions(plan, gradientSums(g, SMALL), SMALL);
  expect(regions.length).toBeGreaterThan(1);
  const sum = regions.reduce((n, {x, dy}) => {
    expect(fits(x.layout, SMALL) && fits(dy.layout, SMALL)).toBe(true);
    return n + dy.crop.part.batch * dy.crop.part.spatial.reduce((a, b) => a * b, 1);
  }, 0);
  expect(sum).toBe(plan.batch * plan.result.spatial.reduce((a, b) => a * b, 1));
});
