import {fileURLToPath} from 'node:url';
import {defineConfig} from 'vite';
import {offline} from './scripts/offline.js';

/** The project, of which the page takes the photograph and the layers of the bench. */
const project = fileURLToPath(new URL('../..', import.meta.url));

export default defineConfig({
  // The built page works from any path.
  base: './',
  plugins: [offline()],
  server: {fs: {allow: [project]}},
  // One copy of tfjs-core, in which kernels register; tfjs-conv is not bundled ahead, as its files are asked for one by one.
  resolve: {dedupe: ['@tensorflow/tfjs-core']},
  optimizeDeps: {exclude: ['tfjs-conv'], include: ['tfjs-conv > ml-matrix']},
  build: {
    target: 'es2022',
    // Files inlined as data: would be against the page's content security policy.
    assetsInlineLimit: 0,
    modulePreload: {polyfill: false},
    chunkSizeWarningLimit: 1200,
  },
});
