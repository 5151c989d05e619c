import {createHash} from 'node:crypto';
import type {Plugin} from 'vite';

/** The service worker: it keeps all files of one build, and answers from them first. */
const workerSource = (cache: string, files: readonly string[]): string => `const CACHE = ${JSON.stringify(cache)};
const FILES = ${JSON.stringify(files)};
const PREFIX = CACHE.slice(0, CACHE.lastIndexOf('-') + 1);
addEventListener('install', event => {
  event.waitUntil(caches.open(CACHE).then(cache => cache.addAll(FILES)).then(() => self.skipWaiting()));
});
addEventListener('activate', event => {
  const isOld = name => name.startsWith(PREFIX) && name !== CACHE;
  const clean = async () => Promise.all((await caches.keys()).filter(isOld).map(name => caches.delete(name)));
  event.waitUntil(clean().then(() => self.clients.claim()));
});
addEventListener('fetch', event => {
  if (event.request.method !== 'GET') return;
  event.respondWith(caches.match(event.request, {ignoreSearch: true}).then(found => found ?? fetch(event.request)));
});
`;

/** Adds a service worker to the build, with which the page works offline once it has been loaded. */
export const offline = (): Plugin => ({
  name: 'offline',
  apply: 'build',
  generateBundle: {
    order: 'post',
    handler(_, bundle) {
      const files = ['./', './icon.svg', ...Object.keys(bundle).map(name => `./${name}`)].sort();
      const version = createHash('sha256').update(files.join('\n')).digest('hex').slice(0, 12);
      this.emitFile({
        type: 'asset',
        fileName: 'service_worker.js',
        source: workerSource(`tfjs-conv-playground-${version}`, files),
      });
    },
  },
});
