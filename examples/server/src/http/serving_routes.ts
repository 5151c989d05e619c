/** TensorFlow Serving's REST API: predict, status and metadata. */
import type {FastifyInstance, FastifyRequest} from 'fastify';
import {notFound} from '../protocol/error.js';
import {readPredict, writePredict} from '../protocol/serving.js';
import type {ModelSpec, TensorSpec} from '../protocol/tensor.js';
import type {Context} from './context.js';
import {infer} from './infer.js';
import {checkJsonSize} from './v2_routes.js';

const DTYPES = {FP32: 'DT_FLOAT', INT32: 'DT_INT32', BOOL: 'DT_BOOL', BYTES: 'DT_STRING'} as const;

interface ServingRoute {
  Params: {readonly '*': string};
}
type ServingRequest = FastifyRequest<ServingRoute>;

/** MODEL[/versions/VERSION] and the rest of the path. */
function targetOf({params, url}: ServingRequest, rest: string) {
  const match = /^([^/:]+)(?:\/versions\/(\d+))?(.*)$/.exec(params['*']);
  if (!match || match[3] !== rest) throw notFound(`no such call: ${url.slice(0, 200)}`);
  return {model: match[1], version: match[2] as string | undefined};
}

export function servingRoutes(app: FastifyInstance, context: Context): void {
  const {config, repository} = context;
  const found = (request: ServingRequest, rest: string) => {
    const {model, version} = targetOf(request, rest);
    return repository.find(model, version);
  };

  app.get<ServingRoute>('/v1/models/*', async request => {
    if (request.params['*'].endsWith('/metadata')) {
      const {name, version, spec} = found(request, '/metadata');
      return {
        model_spec: {name, version, signature_name: ''},
        metadata: {signature_def: {signature_def: {serving_default: signature(spec)}}},
      };
    }
    const {model, version} = targetOf(request, '');
    const rows = repository
      .states()
      .filter(row => row.name === model && (version === undefined || row.version === version));
    if (rows.length === 0)
      throw notFound(
        `there is no model ${model.slice(0, 100)}${version === undefined ? '' : ` of version ${version}`}`,
      );
    return {
      model_version_status: rows.map(row => ({
        version: row.version,
        state: row.state === 'READY' ? 'AVAILABLE' : row.state === 'UNAVAILABLE' ? 'END' : row.state,
        status:
          row.state === 'UNAVAILABLE'
            ? {error_code: 'UNKNOWN', error_message: row.reason}
            : {error_code: 'OK', error_message: ''},
      })),
    };
  });
  app.post<ServingRoute>(
    '/v1/models/*',
    // Refuses what cannot be answered now before its body is read.
    {onRequest: async request => found(request, ':predict').batcher.checkRoom()},
    (request, reply) =>
      infer(context, found(request, ':predict'), request, reply, (spec, body) => {
        checkJsonSize(body.length, config.maxJsonBytes);
        const {inputs, byRows} = readPredict(spec, body);
        const answer = (outputs: Parameters<typeof writePredict>[0]) => ({
          headers: {'content-type': 'application/json'},
          body: Buffer.from(JSON.stringify(writePredict(outputs, byRows))),
        });
        return {inputs, answer};
      }),
  );
}

function signature({inputs, outputs}: ModelSpec) {
  const tensors = (specs: readonly TensorSpec[]) =>
    Object.fromEntries(
      specs.map(({name, datatype, shape}) => [
        name,
        {
          dtype: DTYPES[datatype],
          tensor_shape: {dim: shape.map(size => ({size: String(size), name: ''})), unknown_rank: false},
          name,
        },
      ]),
    );
  return {inputs: tensors(inputs), outputs: tensors(outputs), method_name: 'tensorflow/serving/predict'};
}
