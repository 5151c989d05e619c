import {setWasmPaths} from '@tensorflow/tfjs-backend-wasm';

// A bundle lies elsewhere than the binaries of the package.
setWasmPaths(`${process.cwd()}/node_modules/@tensorflow/tfjs-backend-wasm/wasm-out/`);
