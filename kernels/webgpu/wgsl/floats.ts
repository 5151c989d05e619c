import {programsOf} from './program.js';

/** Integers as float32. */
export const floatsProgram = programsOf('floats', () => ({
  bindings: {integers: 'integers' as const, floats: 'writeValues' as const},
  uniforms: {},
  body: 'floats[index] = f32(integers[index]);',
}));
