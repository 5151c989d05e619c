import type {Activation} from 'tfjs-conv';

/**
 * An activation or a derivative of it, as a function of what goes into it, and what its rounding depends on. `slope` is
 * that of 'leakyrelu' or 'prelu' below 0.
 */
export interface Curve {
  readonly value: (z: number, slope: number) => number;
  /** Bound of the derivative between the jumps. */
  readonly lipschitz: (slope: number) => number;
  /** Where the value jumps, and how far. The value there is that from below, as TensorFlow.js has it. */
  readonly jumps: (slope: number) => ReadonlyArray<readonly [at: number, height: number]>;
  /** Error of evaluating the curve in float32, in units of the unit roundoff, relative to the value and absolute. */
  readonly relative: number;
  readonly absolute: number;
}

/** The activation, its first and its second derivative. */
export type Curves = readonly [Curve, Curve, Curve];

const EXACT = {jumps: () => [], relative: 0, absolute: 0} as const;

const zero: Curve = {...EXACT, value: () => 0, lipschitz: () => 0};

/** slope * z below 0 and z above, slopes from `slopeOf`. */
const rectifier = (slopeOf: (slope: number) => number): Curves => [
  {
    ...EXACT,
    // A slope of 0 does not multiply: 0 * -Infinity is no number.
    value: (z, slope) => (z <= 0 ? (slopeOf(slope) === 0 ? 0 : slopeOf(slope) * z) : z),
    lipschitz: slope => Math.max(1, Math.abs(slopeOf(slope))),
    // The slope rounded to float32, and the product.
    relative: 2,
  },
  {
    ...EXACT,
    value: (z, slope) => (z > 0 ? 1 : slopeOf(slope)),
    lipschitz: () => 0,
    jumps: slope => [[0, Math.abs(1 - slopeOf(slope))]],
    relative: 1,
  },
  zero,
];

const elu: Curves = [
  // exp to 2 ulp, which is at most 1, and a subtraction.
  {...EXACT, value: z => (z > 0 ? z : Math.expm1(z)), lipschitz: () => 1, absolute: 4},
  {...EXACT, value: z => (z > 0 ? 1 : Math.exp(z)), lipschitz: () => 1, absolute: 4},
  {...EXACT, value: z => (z > 0 ? 0 : Math.exp(z)), lipschitz: () => 1, jumps: () => [[0, 1]], absolute: 4},
];

const sigmoidOf = (z: number): number => 1 / (1 + Math.exp(-z));

/** s' = s (1 - s) and s'' = s (1 - s) (1 - 2 s), where |s'| <= 1/4, |s''| <= 1 / (6 sqrt 3), |s'''| <= 1/8. */
const sigmoid: Curves = [
  // exp to 2 ulp, a sum and a quotient.
  {...EXACT, value: sigmoidOf, lipschitz: () => 1 / 4, absolute: 4},
  // Two of them and a product.
  {...EXACT, value: z => sigmoidOf(z) * sigmoidOf(-z), lipschitz: () => 1 / (6 * Math.sqrt(3)), absolute: 4},
  {...EXACT, value: z => sigmoidOf(z) * sigmoidOf(-z) * (1 - 2 * sigmoidOf(z)), lipschitz: () => 1 / 8, absolute: 8},
];

export const CURVES: {readonly [A in Activation]: Curves} = {
  linear: [{...EXACT, value: z => z, lipschitz: () => 1}, {...EXACT, value: () => 1, lipschitz: () => 0}, zero],
  relu: rectifier(() => 0),
  relu6: [
    {...EXACT, value: z => Math.min(6, Math.max(0, z)), lipschitz: () => 1},
    {
      ...EXACT,
      value: z => (z > 0 && z <= 6 ? 1 : 0),
      lipschitz: () => 0,
      jumps: () => [
        [0, 1],
        [6, 1],
      ],
    },
    zero,
  ],
  elu,
  sigmoid,
  leakyrelu: rectifier(slope => slope),
  prelu: rectifier(slope => slope),
};

/** min(z, 0), by which 'prelu' depends on its slope. */
export const BELOW_ZERO: Curve = {...EXACT, value: z => Math.min(z, 0), lipschitz: () => 1};

/** The derivative of that by z. */
export const IS_BELOW_ZERO: Curve = {...EXACT, value: z => (z <= 0 ? 1 : 0), lipschitz: () => 0, jumps: () => [[0, 1]]};
