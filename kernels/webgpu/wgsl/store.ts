import {finished} from './epilogue.js';
import type {EpilogueKind} from './epilogue.js';
import {COMPONENTS, lines} from './program.js';

export interface StoreKind {
  /** Four channels of a result at once, where they are an aligned vector, or one after the other. */
  readonly result: 'writeTexels' | 'writeTexture' | 'writeValues';
  readonly epilogue: EpilogueKind;
}

/** Stores four channels of a result: the variable sum{p}_{b}, at base{p} of the tensor and from channel{b} on, of which left{b} exist. */
export const store = ({result, epilogue}: StoreKind, p: string, b: number): string =>
  result !== 'writeValues'
    ? `resultSet((base${p} + channel${b}) >> 2u, ${finished(epilogue, `sum${p}_${b}`, `${b}`)});`
    : `{
    let y = ${finished(epilogue, `sum${p}_${b}`, `${b}`)};
    let at = base${p} + channel${b} * u.channelStep;
    ${lines(4, i => `if (left${b} > ${i}) { result[at + ${i} * u.channelStep] = y.${COMPONENTS[i]}; }`)}
  }`;
