import {channelValues, epilogueBindings, epilogueFunctions} from '../epilogue.js';
import {COMPONENTS, lines, programsOf} from '../program.js';
import {store} from '../store.js';
import type {StoreKind} from '../store.js';
import {TAP_UNIFORMS, tapsFunction} from '../taps.js';
import {OUTPUT_PLACE, OUTPUT_UNIFORMS} from './output.js';
import {RESULTS} from './transform.js';

export interface RepairKind extends StoreKind {
  readonly phased: boolean;
}

/** The weights are where ../direct.ts has them. */
const UNIFORM_TYPES = {
  ...TAP_UNIFORMS,
  ...OUTPUT_UNIFORMS,
  resultStep: 'vec3<i32>',
  sourceBlocks: 'i32',
  sourceBlocksOfAll: 'i32',
  sourcePerGroup: 'i32',
  tapStride: 'i32',
  groupStride: 'i32',
  sourceStride: 'i32',
  resultStride: 'i32',
} as const;

/** Computes the results of marked tiles by the definition. */
export const winogradRepairProgram = programsOf('winograd_repair', (kind: RepairKind) => ({
  bindings: {
    source: 'texture' as const,
    weights: 'values' as const,
    marks: 'values' as const,
    ...epilogueBindings(kind.epilogue),
    result: kind.result,
  },
  uniforms: UNIFORM_TYPES,
  functions: `${tapsFunction(kind.phased)}${epilogueFunctions(kind.epilogue)}
fn weightsAt(first : i32, count : i32) -> vec4<f32> {
  var texel = vec4<f32>();
  ${lines(4, i => `texel.${COMPONENTS[i]} = select(0.0, weights[select(0, first + ${i} * u.resultStride, ${i} < count)], ${i} < count);`)}
  return texel;
}`,
  body: `${OUTPUT_PLACE}
  ${channelValues(kind.epilogue, '0', 'channel0')}
  let weightsOfBlock = group * u.groupStride + inGroup * u.resultStride;
  let end = select(0, ${RESULTS * RESULTS}, marks[index] != 0.0);
  for (var n = 0; n < end; n++) {
    let target_ = vec3<i32>(depth, top + n / ${RESULTS} * u.tileDilation.y, left + n % ${RESULTS} * u.tileDilation.z);
    let isResult = all(target_ < size);
    let t = target_ / u.resultStep;
    let taps = tapsOf(target_ - t * u.resultStep);
    let start = t * u.sourceStep + taps.sourceStart;
    let count = taps.count.x * taps.count.y * taps.count.z;
    let tapEnd = select(0, count, isResult);
    var sum0_0 = vec4<f32>();
    for (var tap = 0; tap < tapEnd; tap++) {
      let tapLine = tap / taps.count.z;
      let tapPlane = tapLine / taps.count.y;
      let number = vec3<i32>(tapPlane, tapLine - tapPlane * taps.count.y, tap - tapLine * taps.count.z);
      let p = start + number * u.tapStep;
      let at = taps.kernelStart + number * u.kernelStep;
      let exists = (u32(p.x) < u32(u.sourceSize.x)) & (u32(p.y) < u32(u.sourceSize.y)) & (u32(p.z) < u32(u.sourceSize.z));
      let pixel = ((image * u.sourceSize.x + p.x) * u.sourceSize.y + p.y) * u.sourceSize.z + p.z;
      let from0 = pixel * u.sourceBlocksOfAll + group * u.sourceBlocks;
      let weightAt = ((at.x * u.kernel.y + at.y) * u.kernel.z + at.z) * u.tapStride + weightsOfBlock;
      let channelEnd = select(0, u.sourcePerGroup, exists);
      for (var s = 0; s < channelEnd; s++) {
        let x = sourceAt(from0 + s / 4);
        sum0_0 += x[s & 3] * weightsAt(weightAt + s * u.sourceStride, left0);
      }
    }
    let base0 = base + (target_.y * size.z + target_.z) * u.pixelStep;
    if (isResult) { ${store(kind, '0', 0)} }
  }
`,
}));
