import {registerTable} from '../../src/registry/register.js';
import {registerFlags} from './device/flags.js';
import {webgpuTable} from './kernel_table.js';

/*
 * Kernels of TensorFlow.js' backend webgpu. A call of ConvND, for example: gpu/planned_conv.ts plans it
 * (gpu/phase_plan.ts) and runs the first variant that takes the plan (kernel_table.ts). That lays its operands out as texels
 * (texels/) and dispatches (device/dispatch.ts) programs whose sources are in wgsl/.
 */

export {createBackend} from './device/create_backend.js';
export type {BackendOptions} from './device/create_backend.js';
export {packedFilterBytes} from './device/device.js';

registerFlags();
registerTable('webgpu', webgpuTable);
