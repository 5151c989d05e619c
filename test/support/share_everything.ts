/*
 * Imported before the kernels: threads share every call, however small.
 */
jest.mock('../../kernels/wasm_core/plan/worth_sharing.js', () => ({
  mayPay: () => true,
  paysToCopy: () => true,
  paysToWake: () => true,
}));
