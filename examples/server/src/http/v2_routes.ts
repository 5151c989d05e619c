/** The Open Inference Protocol, with the extensions model_configuration, statistics and binary_tensor_data. */
import type {FastifyInstance, FastifyRequest} from 'fastify';
import type {ServedModel} from '../models/served.js';
import {EXTENSIONS, modelConfig, modelMetadata, SERVER} from '../protocol/describe.js';
import {badRequest, ProtocolError, quoted} from '../protocol/error.js';
import {readRequest} from '../protocol/request.js';
import {writeResponse} from '../protocol/response.js';
import {modelStatistics} from '../protocol/statistics.js';
import {type Context, notReady} from './context.js';
import {infer} from './infer.js';

interface ModelRoute {
  Params: {readonly model: string; readonly version?: string};
}
type ModelRequest = FastifyRequest<ModelRoute>;

/** A model with and without a version. */
const PATHS = ['/v2/models/:model', '/v2/models/:model/versions/:version'];

export function v2Routes(app: FastifyInstance, context: Context): void {
  const {config, repository} = context;
  const found = ({params: {model, version}}: ModelRequest): ServedModel => repository.find(model, version);

  app.get('/v2', async () => ({...SERVER, extensions: EXTENSIONS}));
  app.get('/v2/health/live', async () => ({live: true}));
  app.get('/v2/health/ready', async () => {
    const reason = notReady(context);
    // The protocol has 4xx for "no", which balancers take as well as 503.
    if (reason !== undefined) throw badRequest(`not ready: ${reason}`);
    return {ready: true};
  });
  app.get('/v2/models/stats', async () => ({model_stats: repository.served().map(modelStatistics)}));

  for (const path of PATHS) {
    app.get<ModelRoute>(path, async request => {
      const {name, version, spec} = found(request);
      const ready = repository.served().filter(model => model.name === name);
      return modelMetadata(
        name,
        request.params.version === undefined ? ready.map(model => model.version) : [version],
        spec,
      );
    });
    app.get<ModelRoute>(`${path}/ready`, async request => {
      try {
        return {name: found(request).name, ready: true};
      } catch (error) {
        // The protocol has 4xx for "no" here, too.
        throw error instanceof ProtocolError && error.status === 503 ? badRequest(error.message) : error;
      }
    });
    app.get<ModelRoute>(`${path}/config`, async request => {
      const {name, spec, settings} = found(request);
      return modelConfig(name, spec, settings);
    });
    app.get<ModelRoute>(`${path}/stats`, async request => ({model_stats: [modelStatistics(found(request))]}));
    app.post<ModelRoute>(
      `${path}/infer`,
      // Refuses what cannot be answered now before its body is read.
      {onRequest: async request => found(request).batcher.checkRoom()},
      (request, reply) => {
        const model = found(request);
        const headerLength = headerLengthOf(request);
        return infer(context, model, request, reply, (spec, body) => {
          checkJsonSize(Math.min(headerLength ?? Infinity, body.length), config.maxJsonBytes);
          const {id, inputs, outputs, timeoutMs} = readRequest(spec, body, headerLength);
          return {inputs, timeoutMs, answer: tensors => writeResponse(model, id, outputs, tensors)};
        });
      },
    );
  }
}

function headerLengthOf({headers}: FastifyRequest): number | undefined {
  const value = headers['inference-header-content-length'];
  if (value === undefined) return undefined;
  if (typeof value !== 'string' || !/^\d{1,15}$/.test(value)) {
    throw badRequest(`Inference-Header-Content-Length is a number of bytes; got ${quoted(value)}`);
  }
  return Number(value);
}

/** JSON takes many times its length in memory while it is parsed. */
export function checkJsonSize(length: number, maxBytes: number): void {
  if (length > maxBytes)
    throw new ProtocolError(413, `JSON has ${maxBytes} bytes at most; more data go as binary data`);
}
