import {defineConfig} from 'vite';
import {offline} from './scripts/offline.js';

export default defineConfig({
  // The built page works from any path.
  base: './',
  plugins: [offline()],
  // One copy of tfjs-core, in which kernels register.
  resolve: {dedupe: ['@tensorflow/tfjs-core']},
  build: {
    target: 'es2022',
    // Files inlined as data: would be against the page's content security policy.
    assetsInlineLimit: 0,
    modulePreload: {polyfill: false},
    chunkSizeWarningLimit: 1200,
  },
});
