import {env} from '@tensorflow/tfjs-core';
import type {TensorInfo} from '@tensorflow/tfjs-core';
import {KERNEL_RULES, kernelError} from '../../../src/errors.js';
import {SAMPLER, UNIFORMS, WORKGROUP} from '../wgsl/program.js';
import type {BindingKind, Counted, Program, UniformTypes, UniformValues} from '../wgsl/program.js';
import type {Device} from './device.js';
import {internalsOf} from './internals.js';

/** One run of a program by `count` threads or workgroups, as it counts. */
export interface Dispatch<U extends UniformTypes> {
  readonly program: Program<U>;
  /** In the order of the program's bindings. */
  readonly resources: readonly GPUBindingResource[];
  /** The tensors among them, which TensorFlow.js must not reuse before the commands are submitted. */
  readonly tensors: readonly TensorInfo[];
  readonly uniforms: UniformValues<U>;
  readonly count: number;
}

const LAYOUTS: {readonly [K in BindingKind]: Omit<GPUBindGroupLayoutEntry, 'binding' | 'visibility'>} = {
  values: {buffer: {type: 'read-only-storage'}},
  integers: {buffer: {type: 'read-only-storage'}},
  texels: {buffer: {type: 'read-only-storage'}},
  halfTexels: {buffer: {type: 'read-only-storage'}},
  // Float textures are not filterable everywhere, and need not be.
  texture: {texture: {sampleType: 'unfilterable-float'}},
  writeValues: {buffer: {type: 'storage'}},
  writeTexels: {buffer: {type: 'storage'}},
  writeHalfTexels: {buffer: {type: 'storage'}},
  writeTexture: {storageTexture: {access: 'write-only', format: 'rgba32float'}},
};

function layoutOf({backend: {device}, layouts}: Device, bindings: readonly BindingKind[]): GPUPipelineLayout {
  const key = bindings.join();
  const known = layouts.get(key);
  if (known !== undefined) return known;
  const visibility = GPUShaderStage.COMPUTE;
  const entries: GPUBindGroupLayoutEntry[] = [
    ...bindings.map((kind, binding) => ({binding, visibility, ...LAYOUTS[kind]})),
    ...(bindings.includes('texture')
      ? [{binding: SAMPLER, visibility, sampler: {type: 'non-filtering'}} as const]
      : []),
    {binding: UNIFORMS, visibility, buffer: {type: 'uniform'}},
  ];
  const layout = device.createPipelineLayout({bindGroupLayouts: [device.createBindGroupLayout({entries})]});
  layouts.set(key, layout);
  return layout;
}

/** Whether programs are compiled only, so that the driver may compile all that a model needs side by side. */
export const isCompileOnly = (): boolean => env().getBool('WEBGPU_ENGINE_COMPILE_ONLY');

/** The pipeline of a program, kept with those of TensorFlow.js, which waits for all of them; none where it only compiles. */
function pipelineOf(device: Device, {source, bindings}: Program): GPUComputePipeline | undefined {
  const {pipelineCache} = internalsOf(device.backend);
  const key = `tfjs-conv ${source}`;
  const known = pipelineCache[key];
  // One that is not ready is compiled again: whoever computes meanwhile does not wait.
  if (known !== undefined && (isCompileOnly() || !(known instanceof Promise)))
    return known instanceof Promise ? undefined : known;
  const gpu = device.backend.device;
  const descriptor = {
    layout: layoutOf(device, bindings),
    compute: {module: gpu.createShaderModule({code: source}), entryPoint: 'main'},
  };
  if (isCompileOnly()) {
    pipelineCache[key] = gpu.createComputePipelineAsync(descriptor);
    return undefined;
  }
  const pipeline = gpu.createComputePipeline(descriptor);
  pipelineCache[key] = pipeline;
  return pipeline;
}

/** How many of what is counted a workgroup is. */
const PER_WORKGROUP: {readonly [C in Counted]: number} = {threads: WORKGROUP, workgroups: 1};

/** Workgroups along two dimensions, as one has a limit. */
function workgroupsOf({backend: {device}}: Device, {counts}: Program, count: number): [number, number] {
  const all = Math.ceil(count / PER_WORKGROUP[counts]);
  const x = Math.min(all, device.limits.maxComputeWorkgroupsPerDimension);
  return [x, Math.ceil(all / x)];
}

/** Records what `encode` does in a compute pass, which is timed alone where TensorFlow.js times programs. */
function record({backend}: Device, name: string, encode: (pass: GPUComputePassEncoder) => void): void {
  const internals = internalsOf(backend);
  const {activeTimers, supportTimestampQuery, querySetCount} = internals;
  const isTimed = activeTimers !== undefined && activeTimers !== null;
  backend.ensureCommandEncoderReady();
  const {commandEncoder} = internals;
  if (commandEncoder === null) throw kernelError(KERNEL_RULES.device, {commandEncoder});
  if (isTimed && supportTimestampQuery) {
    backend.endComputePassEncoder();
    internals.querySet ??= backend.device.createQuerySet({type: 'timestamp', count: querySetCount});
    internals.computePassEncoder = commandEncoder.beginComputePass({
      timestampWrites: {querySet: internals.querySet, beginningOfPassWriteIndex: 0, endOfPassWriteIndex: 1},
    });
  }
  const pass = internals.computePassEncoder ?? commandEncoder.beginComputePass();
  internals.computePassEncoder = pass;
  encode(pass);
  internals.dispatchCountInPass++;
  if (isTimed) {
    backend.endComputePassEncoder();
    activeTimers.push({name, query: backend.getQueryTime()});
  } else if (env().getNumber('WEBGPU_DEFERRED_SUBMIT_BATCH_SIZE') <= internals.dispatchCountInPass) {
    backend.endComputePassEncoder();
    backend.submitQueue();
  }
}

export function dispatch<U extends UniformTypes>(device: Device, one: Dispatch<U>): void {
  const {program, resources, tensors, uniforms, count} = one;
  const pipeline = pipelineOf(device, program);
  if (pipeline === undefined || isCompileOnly()) return;
  const {backend} = device;
  const internals = internalsOf(backend);
  const values = Object.entries(program.uniforms).map(([name, type]) => {
    const value: number | readonly number[] = uniforms[name];
    return {type: type === 'f32' ? 'float32' : 'int32', data: typeof value === 'number' ? [value] : [...value]};
  });
  const group = backend.device.createBindGroup({
    layout: pipeline.getBindGroupLayout(0),
    entries: [
      ...resources.map((resource, binding) => ({binding, resource})),
      ...(program.bindings.includes('texture') ? [{binding: SAMPLER, resource: device.sampler}] : []),
      {binding: UNIFORMS, resource: internals.makeUniforms([{type: 'int32', data: [count]}, ...values])},
    ],
  });
  tensors.forEach(({dataId}) => internals.commandQueueOwnedIds.add(dataId));
  const [x, y] = workgroupsOf(device, program, count);
  record(device, program.name, pass => {
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, group);
    pass.dispatchWorkgroups(x, y);
  });
}
