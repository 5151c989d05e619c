import {EPILOGUE_UNIFORMS} from './epilogue.js';
import {TAP_UNIFORMS} from './taps.js';

/*
 * The results of a plan as a matrix of tiles, for every phase: its rows are the results of the phase in the order [image, depth,
 * height, width], its columns blocks of four channels of a group.
 */

/** Element (image, pixel, channel) of the result is at image * imageStep + pixel * pixelStep + channel * channelStep. */
export const TILING_UNIFORMS = {
  ...TAP_UNIFORMS,
  ...EPILOGUE_UNIFORMS,
  columns: 'i32',
  columnsPerGroup: 'i32',
  blocksPerGroup: 'i32',
  channelsPerGroup: 'i32',
  sourceBlocks: 'i32',
  groups: 'i32',
  tiles: 'i32',
  results: 'i32',
  resultSize: 'vec3<i32>',
  resultStep: 'vec3<i32>',
  imageStep: 'i32',
  pixelStep: 'i32',
  channelStep: 'i32',
} as const;

/** Of the tile with number `index`: its place in the matrix, its group, and its phase with the taps that this reads. */
export const PHASE_OF_TILE = `
  let q = index / u.columns;
  let column = index - q * u.columns;
  let phaseNumber = q / u.tiles;
  let tile = q - phaseNumber * u.tiles;
  let phaseLine = phaseNumber / u.phases.z;
  let phasePlane = phaseLine / u.phases.y;
  let phase = vec3<i32>(phasePlane, phaseLine - phasePlane * u.phases.y, phaseNumber - phaseLine * u.phases.z);
  let taps = tapsOf(phase);
  let group = column / u.columnsPerGroup;
`;

/**
 * Where results of a phase are, as vectors of the batch element and the place: by their number, or the one after another if it
 * exists, without divisions, which a software GPU makes one by one for every lane.
 */
export const PLACES = `
fn placeOf(number : i32, grid : vec3<i32>) -> vec4<i32> {
  let line = number / grid.z;
  let plane = line / grid.y;
  let image = plane / grid.x;
  return vec4<i32>(image, plane - image * grid.x, line - plane * grid.y, number - line * grid.z);
}
fn nextPlace(place : vec4<i32>, grid : vec3<i32>, exists : bool) -> vec4<i32> {
  let w = place.w + select(0, 1, exists);
  let lineEnds = w >= grid.z;
  let h = place.z + select(0, 1, lineEnds);
  let planeEnds = h >= grid.y;
  let d = place.y + select(0, 1, planeEnds);
  let imageEnds = d >= grid.x;
  return vec4<i32>(place.x + select(0, 1, imageEnds), select(d, 0, imageEnds), select(h, 0, planeEnds), select(w, 0, lineEnds));
}`;

/** Runs what stores the result at place r{p}, if it exists, with the place of its first channel in base{p}. */
export const storedAt = (phased: boolean, p: string, body: string): string => `
  let place${p} = r${p}.yzw * u.resultStep + phase;
  let base${p} = r${p}.x * u.imageStep + ((place${p}.x * u.resultSize.y + place${p}.y) * u.resultSize.z + place${p}.z) * u.pixelStep;
  ${phased ? `if (all(place${p} < u.resultSize)) ` : ''}{
    ${body}
  }`;
