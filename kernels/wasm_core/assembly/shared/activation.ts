/** Activations by the number that a plan has. */
export enum Activation {
  LINEAR,
  RELU,
  RELU6,
  ELU,
  SIGMOID,
  /** slope * x where x < 0: 'leakyrelu' and 'prelu' */
  LEAKY,
}
