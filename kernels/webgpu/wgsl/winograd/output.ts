import {channelValues, EPILOGUE_UNIFORMS, epilogueBindings, epilogueFunctions} from '../epilogue.js';
import {lines, programsOf} from '../program.js';
import {store} from '../store.js';
import type {StoreKind} from '../store.js';
import {bothPasses, IS_LARGE, passFunctions, POSITIONS, RESULTS, SOURCES, TILE, TILE_UNIFORMS} from './transform.js';

/** Element (image, pixel, channel) of the result is at image * imageStep + pixel * pixelStep + channel * channelStep. */
export const OUTPUT_UNIFORMS = {
  ...TILE_UNIFORMS,
  ...EPILOGUE_UNIFORMS,
  resultSize: 'vec3<i32>',
  blocksPerGroup: 'i32',
  channelsPerGroup: 'i32',
  imageStep: 'i32',
  pixelStep: 'i32',
  channelStep: 'i32',
} as const;

/** The place of the results of a thread, as ../store.ts reads it. */
export const OUTPUT_PLACE = `${TILE}
  let group = channelBlock / u.blocksPerGroup;
  let inGroup = 4 * (channelBlock - group * u.blocksPerGroup);
  let channel0 = group * u.channelsPerGroup + inGroup;
  let left0 = u.channelsPerGroup - inGroup;
  let size = u.resultSize;
  let image = plane / size.x;
  let depth = plane - image * size.x;
  let base = image * u.imageStep + depth * size.y * size.z * u.pixelStep;`;

/**
 * Transforms products to results. Tiles in which one is not finite, or so large that the transforms may have mixed it with
 * others, are marked: repair.ts computes them.
 */
export const winogradOutputProgram = programsOf('winograd_output', (kind: StoreKind) => ({
  bindings: {
    products: 'texture' as const,
    marks: 'writeValues' as const,
    ...epilogueBindings(kind.epilogue),
    result: kind.result,
  },
  uniforms: OUTPUT_UNIFORMS,
  functions: passFunctions('output') + IS_LARGE + epilogueFunctions(kind.epilogue),
  body: `${OUTPUT_PLACE}
  let blocks = u.channelBlocks;
  let at = place * ${POSITIONS} * blocks + channelBlock;
  ${channelValues(kind.epilogue, '0', 'channel0')}
  var squares = vec4<f32>();
  ${bothPasses('output', {
    load: lines(SOURCES, n => `let d${n} = productsAt(at + (i * ${SOURCES} + ${n}) * blocks);`),
    use: `let w = left + j * u.tileDilation.z;
    ${lines(
      RESULTS,
      n => `squares += done[${n}] * done[${n}];
    let h${n} = top + ${n} * u.tileDilation.y;
    let base${n} = base + (h${n} * size.z + w) * u.pixelStep;
    let sum${n}_0 = done[${n}];
    if ((h${n} < size.y) & (w < size.z)) { ${store(kind, `${n}`, 0)} }`,
    )}`,
  })}
  marks[index] = select(0.0, 1.0, any(isLarge(squares)));
`,
}));
