/** The HTTP server: limits, errors and logs that all routes share. */
import type {IncomingMessage, ServerResponse} from 'node:http';
import type {Socket} from 'node:net';
import Fastify, {
  LogController,
  type FastifyBaseLogger,
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify';
import {badRequest, messageOf, ProtocolError} from '../protocol/error.js';
import {readBody} from './body.js';
import type {Context} from './context.js';
import {repositoryRoutes} from './repository_routes.js';
import {servingRoutes} from './serving_routes.js';
import {statusRoutes} from './status_routes.js';
import {v2Routes} from './v2_routes.js';

/** Longer than balancers keep idle connections, so that it is never the server that closes one as a request comes. */
const KEEP_ALIVE_MS = 75_000;
/** Calls that come every few seconds are not worth a line each. */
const QUIET = /^\/($|v2\/health\/|metrics|status)/;

/** Letters of an error that others word; some repeat the whole URL. */
const MAX_MESSAGE = 300;

export function createApp(context: Context, log: FastifyBaseLogger): FastifyInstance {
  const {config, lifecycle, metrics} = context;
  const app = Fastify({
    loggerInstance: log,
    // One line an answer is written below.
    logController: new LogController({disableRequestLogging: true}),
    requestIdHeader: 'x-request-id',
    requestTimeout: config.receiveTimeoutMs,
    keepAliveTimeout: KEEP_ALIVE_MS,
    // A client that does not read its answer holds memory no longer.
    connectionTimeout: KEEP_ALIVE_MS + config.requestTimeoutMs,
    http: {
      // It is looked at below, so that the answer is the protocol's.
      requireHostHeader: false,
      headersTimeout: config.receiveTimeoutMs,
      connectionsCheckingInterval: Math.min(1000, config.receiveTimeoutMs),
    },
    // What still arrives on open connections while the server ends is answered.
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    routerOptions: {maxParamLength: 256},
    clientErrorHandler,
    frameworkErrors: (error, request, reply) => sendError(error, request, reply),
  });
  app.server.maxConnections = config.maxConnections;
  acceptBodies(app, context);
  app.setErrorHandler(sendError);
  app.setNotFoundHandler((request, reply) =>
    reply.code(404).send({error: `no such call: ${request.method} ${request.url.slice(0, 200)}`}),
  );
  app.server.on('checkExpectation', (_: IncomingMessage, response: ServerResponse) =>
    response
      .writeHead(417, {'content-type': 'application/json'})
      .end(JSON.stringify({error: 'the only thing to expect is 100-continue'})),
  );
  // With the answer, since the server may have been told to end after the request came: its connection would keep it.
  app.addHook('onSend', (_, reply, payload, done) => {
    if (lifecycle.isDraining) void reply.header('connection', 'close');
    done(null, payload);
  });
  app.addHook('onRequest', ({raw: {httpVersion, rawHeaders}}, _, done) => {
    const hosts = rawHeaders.filter((name, i) => i % 2 === 0 && name.toLowerCase() === 'host').length;
    // Those of HTTP/1.0 may have none; two would let whoever is in front and this server read different ones.
    const isNamed = hosts === 1 || (hosts === 0 && httpVersion === '1.0');
    done(isNamed ? undefined : badRequest('a request names its Host, once'));
  });
  app.addHook('onResponse', ({log: logger, method, url}, {statusCode: status, elapsedTime}, done) => {
    const level = QUIET.test(url) ? 'debug' : status >= 500 ? 'warn' : 'info';
    logger[level]({method, url: url.slice(0, 200), status, ms: Math.round(elapsedTime * 1000) / 1000}, 'answered');
    if (status === 413 || status === 415 || status === 503) metrics.refused.inc({reason: String(status)});
    done();
  });
  v2Routes(app, context);
  repositoryRoutes(app, context);
  servingRoutes(app, context);
  statusRoutes(app, context);
  return app;
}

/** Takes bodies of every Content-Type, or of none: the protocol says by other headers what they are. */
function acceptBodies(app: FastifyInstance, {config, budget}: Context): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (request: FastifyRequest, payload: IncomingMessage) =>
    readBody(payload, request.headers['content-encoding'], {
      maxBytes: config.maxBodyBytes,
      take: bytes => budget.take(request, bytes),
    }),
  );
  app.addHook('onRequest', (request, reply, done) => {
    // Once it is answered, or its client is gone.
    reply.raw.once('close', () => budget.giveBack(request));
    done();
  });
}

/** Every error is the protocol's: {"error": ...}. */
function sendError(error: FastifyError | Error, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (error instanceof ProtocolError)
    return reply.code(error.status).headers(error.headers).send({error: error.message});
  const status = 'statusCode' in error ? (error.statusCode ?? 500) : 500;
  if (status < 500) return reply.code(status).send({error: error.message.slice(0, MAX_MESSAGE)});
  if (request.raw.destroyed && !request.raw.complete) return reply.code(400).send({error: 'the request was cut off'});
  request.log.error({err: error}, 'an error of the server itself');
  return reply.code(500).send({error: 'an error of the server itself, which its log has'});
}

const CLIENT_ERRORS: Readonly<Record<string, readonly [string, string]>> = {
  ERR_HTTP_REQUEST_TIMEOUT: ['408 Request Timeout', 'the request did not arrive in time'],
  HPE_HEADER_OVERFLOW: ['431 Request Header Fields Too Large', 'the headers are too large'],
};

/** What is no HTTP never becomes a request; it is answered here. */
function clientErrorHandler(error: Error & {code?: string}, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, message] = CLIENT_ERRORS[error.code ?? ''] ?? [
    '400 Bad Request',
    `the request is no HTTP: ${messageOf(error)}`,
  ];
  const body = JSON.stringify({error: message});
  const head = `HTTP/1.1 ${status}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n`;
  socket.end(head + body, () => socket.destroy());
}
