import {product} from '../../src/geometry/conv.js';
import type {Device} from './device.js';
import {storeImage} from './glsl/write_tensor.js';
import type {StoreKind} from './glsl/write_tensor.js';
import {tilesOf} from './tiling.js';
import type {Job} from './tiling.js';
import {isCropped, wholeOf} from './partition.js';
import {draw} from './program.js';
import type {Draw} from './program.js';
import type {Runs} from './texture_layout.js';
import type {Output} from './tensors.js';

/** Results, in tiles of which each texture holds one. */
export type Made = readonly Runs[];

const madeUniforms = (made: Made, {plan, part, channels}: Job): Pick<Draw, 'textures' | 'ints'> => ({
  textures: Object.fromEntries(made.map(({texture}, i) => [`made${i}`, texture])),
  ints: {
    blocks: part.blocks.count,
    firstBlock: part.blocks.from,
    blocksPerGroup: channels.result.blocksPerGroup,
    channelsPerGroup: channels.result.channelsPerGroup,
    tiles: tilesOf(plan),
  },
});

/** Which program writes a part of a result. */
function storeKind({isPacked, info: {shape}}: Output, {whole, part, channels}: Job): StoreKind {
  const {channelsLast} = whole.result;
  const {blocks} = wholeOf(whole, channels.result);
  const phased = whole.phases.some(n => n > 1);
  const results = isCropped(part, whole) || part.blocks.count < blocks.count ? 'part' : phased ? 'phases' : 'onePhase';
  // Where channelsLast the last axis of the shape has the channels.
  const paired = isPacked && channelsLast && channels.result.channelsPerGroup % 2 === 0;
  return {
    isPacked,
    channelsLast,
    paired,
    results,
    within: paired && results === 'onePhase' && shape[shape.length - 2] % 2 === 0,
  };
}

/** Writes a part of a result. */
export function store(device: Device, output: Output, job: Job, made: Made): void {
  const {whole, plan, part} = job;
  const {textures, ints} = madeUniforms(made, job);
  const {spatial, channels} = whole.result;
  draw(
    device,
    {
      source: storeImage(storeKind(output, job)),
      textures,
      ints: {
        ...ints,
        ...output.ints,
        targetWidth: output.target.width,
        channels,
        imagePixels: product(spatial),
        imageSize: spatial,
        phases: plan.phases,
        grid: plan.grid,
        stride: plan.resultStep,
        batchFrom: part.batch.from,
        batch: part.batch.count,
        gridFrom: part.grid.map(({from}) => from),
      },
    },
    [output.target],
  );
}
