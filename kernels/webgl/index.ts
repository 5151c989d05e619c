import {registerFacts} from '../../src/registry/facts.js';
import {registerTable} from '../../src/registry/register.js';
import {describeDevice} from './gl/describe.js';
import {webglTable} from './kernel_table.js';

/*
 * Kernels of TensorFlow.js' backend webgl. A call of ConvND, for example: gpu/planned_conv.ts plans it (gpu/phase_plan.ts) and runs
 * the first variant that takes the plan (variants.ts). That, tiles.ts for example, lays its operands out in textures
 * (textures/) and draws (gl/program.ts) programs whose sources are in glsl/; the last draw writes the tensor.
 */

export {packedFilterBytes} from './gl/device.js';

registerTable('webgl', webglTable);
registerFacts('webgl', describeDevice);
