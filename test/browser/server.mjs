// Serves files to the pages.
import {readFile} from 'node:fs/promises';
import {createServer} from 'node:http';
import {extname, join, normalize} from 'node:path';

const TYPES = {'.html': 'text/html', '.js': 'text/javascript', '.mjs': 'text/javascript', '.wasm': 'application/wasm'};

/** With these a page, and what it loads, may share memory between threads. */
const ISOLATION = {'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp'};

/**
 * Serves the files of each folder of `mounts` under its key; HTML under '/isolated/' makes a page cross-origin isolated.
 * Returns the address, and what closes the server.
 */
export async function serve(mounts) {
  async function answer(path) {
    const mount = Object.keys(mounts).find(prefix => path.startsWith(prefix));
    const file = normalize(path.slice(mount.length));
    if (file.startsWith('..')) throw new Error('outside of the folder');
    const isPlainPage = extname(file) === '.html' && mount !== '/isolated/';
    const headers = {
      'Content-Type': TYPES[extname(file)] ?? 'application/octet-stream',
      ...(isPlainPage ? {} : ISOLATION),
    };
    return {status: 200, headers, body: await readFile(join(mounts[mount], file))};
  }
  const server = createServer((request, response) => {
    const {pathname} = new URL(request.url, 'http://localhost');
    answer(pathname)
      .catch(() => ({status: 404, headers: {}, body: ''}))
      .then(({status, headers, body}) => {
        response.writeHead(status, headers);
        response.end(body);
      });
  });
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `http://127.0.0.1:${server.address().port}`,
    close: () =>
      new Promise(resolve => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  };
}
