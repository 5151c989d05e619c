// Serves folders to the pages.
import {readFile} from 'node:fs/promises';
import {createServer} from 'node:http';
import {extname, join, normalize} from 'node:path';

const TYPES = {'.html': 'text/html', '.js': 'text/javascript', '.mjs': 'text/javascript', '.wasm': 'application/wasm'};

/** With these a page may share memory between threads. */
const ISOLATION = {'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp'};

/**
 * Serves each folder of `mounts` under its key, and pages `html` under '/page/' (and '/isolated/', cross-origin
 * isolated). Returns the address and what closes the server.
 */
export async function serve(mounts, html) {
  const pages = {
    '/page/': {'Content-Type': 'text/html'},
    '/isolated/': {'Content-Type': 'text/html', ...ISOLATION},
  };
  async function answer(path) {
    if (path in pages) return {headers: pages[path], body: html};
    const mount = Object.keys(mounts).find((prefix) => path.startsWith(prefix));
    if (mount === undefined) return null;
    const file = normalize(path.slice(mount.length));
    if (file.startsWith('..')) return null;
    const headers = {'Content-Type': TYPES[extname(file)] ?? 'application/octet-stream', ...ISOLATION};
    return {headers, body: await readFile(join(mounts[mount], file))};
  }
  const server = createServer((request, response) => {
    answer(new URL(request.url, 'http://localhost').pathname).catch(() => null).then((found) => {
      response.writeHead(found === null ? 404 : 200, found?.headers);
      response.end(found?.body);
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `http://127.0.0.1:${server.address().port}`,
    close: () => new Promise((resolve) => {
      server.close(resolve);
      server.closeAllConnections();
    }),
  };
}
