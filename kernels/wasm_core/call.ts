import type {Call, Device} from './types.js';

/*
 * The life of a call: open it, allocate scratch memory, close it in a `finally`.
 */

export const openCall = ({core, filters}: Device): Call => ({core, filters, scratch: []});

/** Memory that is freed when the call is closed. */
export function allocate({core, scratch}: Call, bytes: number): number {
  const pointer = core.heap.malloc(bytes);
  scratch.push(pointer);
  return pointer;
}

/** Frees what the call has allocated since its list of scratch memory was `length` long, the last first. */
export function release({core, scratch}: Call, length: number): void {
  while (scratch.length > length) {
    core.heap.free(scratch[scratch.length - 1]);
    scratch.pop();
  }
}

/** Frees all that the call has allocated. */
export const closeCall = (call: Call): void => release(call, 0);

/** The floats at an address; valid until the next allocation. */
export const floatsAt = ({core}: Device, pointer: number, length: number): Float32Array =>
  new Float32Array(core.heap.memory.buffer, pointer, length);
