import {setWasmPaths} from '@tensorflow/tfjs-backend-wasm';

// The bundle lies elsewhere than the package's binaries.
setWasmPaths(`${process.cwd()}/node_modules/@tensorflow/tfjs-backend-wasm/wasm-out/`);
