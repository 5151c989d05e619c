// Serves folders to pages under the headers of a policy, and takes what the pages report.
import {readFile} from 'node:fs/promises';
import {createServer} from 'node:http';
import {extname, join, normalize} from 'node:path';

const TYPES = {
  '.css': 'text/css',
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
};

const STRICT = ["default-src 'none'", "connect-src 'self'", "worker-src 'self'", "img-src 'self'", "style-src 'self'"];
const csp = script => ({'Content-Security-Policy': [...STRICT, `script-src 'self'${script}`].join('; ')});

/** Headers of pages, by what they are for. */
export const POLICIES = {
  plain: {},
  isolated: {'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp'},
  'csp-wasm': csp(" 'wasm-unsafe-eval'"),
  csp: csp(''),
};

const bodyOf = async request => {
  const parts = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts).toString();
};

/** A page that is under way: what resolves with its report, and the page that comes next. */
const reports = new Map();

/**
 * Serves the files of each folder of `mounts` under '/<policy>/<name>/', an app's at the root, and '/report/<id>'. Returns the address, what
 * closes the server, and `expectReport`, which gives the path that a page reports to and a promise of the report; the
 * page goes to `next` then.
 */
export async function serve(mounts, app) {
  async function answer(path) {
    const [, policy, name, ...rest] = path.split('/');
    const isApp = POLICIES[policy] === undefined;
    const headers = isApp ? POLICIES.plain : POLICIES[policy];
    const folder = isApp ? app : mounts[name];
    const file = normalize((isApp ? path.slice(1) : rest.join('/')) || 'index.html');
    if (folder === undefined || file.startsWith('..')) throw new Error('not found');
    const body = await readFile(join(folder, file));
    return {
      status: 200,
      headers: {...headers, 'Content-Type': TYPES[extname(file)] ?? 'application/octet-stream'},
      body,
    };
  }

  async function take(path, request) {
    const {resolve, next} = reports.get(path) ?? {};
    const headers = {'Access-Control-Allow-Origin': '*'};
    if (resolve === undefined) return {status: 404, headers, body: ''};
    resolve(JSON.parse(await bodyOf(request)));
    return {status: 200, headers, body: next};
  }

  const server = createServer(async (request, response) => {
    const {pathname} = new URL(request.url, 'http://localhost');
    const answered = request.method === 'POST' ? take(pathname, request) : answer(pathname);
    const {status, headers, body} = await answered.catch(() => ({status: 404, headers: {}, body: ''}));
    response.writeHead(status, headers);
    response.end(body);
  });
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `http://127.0.0.1:${server.address().port}`,
    expectReport(next = '') {
      const path = `/report/${reports.size}`;
      const report = new Promise(resolve => reports.set(path, {resolve, next}));
      return {path, report};
    },
    close: () =>
      new Promise(resolve => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  };
}
