// A page has WebGPU of its own.
export {};
