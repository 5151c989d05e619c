// Written by `npm run backends`, from kernels/backends.json.
import '@tensorflow/tfjs-backend-cpu';
import './load/wasm.js';
import '@tensorflow/tfjs-backend-webgl';
import './load/webgpu.js';
import './node_backend.js';
import 'tfjs-conv';
import 'tfjs-conv/cpu';
import 'tfjs-conv/wasm';
import 'tfjs-conv/webgl';
import 'tfjs-conv/webgpu';
import 'tfjs-conv/node';
