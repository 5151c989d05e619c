import {finished} from './epilogue.js';
import type {EpilogueKind} from './epilogue.js';
import {COMPONENTS, lines} from './program.js';

export interface StoreKind {
  /** Whether four channels of a result are an aligned vector of its tensor. */
  readonly aligned: boolean;
  readonly epilogue: EpilogueKind;
}

/** Stores four channels of a result: sum{p}_{b}, at base{p} of the tensor and from channel{b} on, of which left{b} exist. */
export const store = ({aligned, epilogue}: StoreKind, p: number, b: number): string =>
  aligned
    ? `resultSet((base${p} + channel${b}) / 4, ${finished(epilogue, `sum${p}_${b}`, `${b}`)});`
    : `{
    let y = ${finished(epilogue, `sum${p}_${b}`, `${b}`)};
    let at = base${p} + channel${b} * u.channelStep;
    ${lines(4, i => `if (left${b} > ${i}) { result[at + ${i} * u.channelStep] = y.${COMPONENTS[i]}; }`)}
  }`;
