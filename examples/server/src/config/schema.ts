/** Every option of the server: the one place of its name, type, bounds, default and meaning. */
import {availableParallelism} from 'node:os';
import {Kind, type Static, type TInteger, Type, TypeRegistry} from '@sinclair/typebox';

const MIB = 2 ** 20;

const count = (description: string, value: number, minimum = 1, maximum = 2 ** 31 - 1): TInteger =>
  Type.Integer({description, default: value, minimum, maximum});
const milliseconds = (description: string, value: number, minimum = 1): TInteger =>
  count(`${description}, in milliseconds`, value, minimum, 86_400_000);

TypeRegistry.Set<{enum: unknown[]}>('OneOf', (schema, value) => schema.enum.includes(value));
const oneOf = <T extends string>(values: readonly T[], description: string, value: T) =>
  Type.Unsafe<T>({[Kind]: 'OneOf', type: 'string', enum: [...values], description, default: value});

export const BACKENDS = ['wasm', 'cpu', 'tensorflow'] as const;
export type BackendName = (typeof BACKENDS)[number];

/** Options that a model may set for itself, in the file config.json of its folder. */
const modelOptions = {
  workers: count(
    'worker threads of each version of a model, each with a copy of it',
    Math.max(1, availableParallelism() - 1),
    1,
    256,
  ),
  maxBatchSize: count('rows up to which requests are joined into one batch; 1 joins none', 32, 1, 65536),
  maxBatchTimeMs: Type.Number({
    description: 'how long a request waits for others to join it, in milliseconds',
    default: 2,
    minimum: 0,
    maximum: 60_000,
  }),
  maxRows: count('rows of one request; one of more than maxBatchSize runs alone', 256, 1, 1_000_000),
  maxQueue: count('requests that wait for a worker of a model; those beyond are answered 503', 256),
  versions: oneOf(['latest', 'all'], 'which versions of a model are served', 'latest'),
};

export const Config = Type.Object(
  {
    host: Type.String({description: 'address to listen on', default: '127.0.0.1', minLength: 1}),
    port: count('port to listen on; 0 takes a free one', 8000, 0, 65535),
    models: Type.String({
      description: 'folder of models, as MODEL/VERSION/model.json',
      default: 'models',
      minLength: 1,
    }),
    backend: oneOf(BACKENDS, 'backend of TensorFlow.js', 'wasm'),
    accelerate: Type.Boolean({
      description:
        'whether models run on the loaders and kernels of tfjs-conv (true) or on TensorFlow.js alone (false)',
      default: true,
    }),
    ...modelOptions,
    modelControl: oneOf(
      ['explicit', 'none'],
      'whether clients may load and unload models (explicit) or not (none)',
      'explicit',
    ),
    pollMs: milliseconds('how often the folder is looked at for changes; 0 never', 0, 0),
    strictReadiness: Type.Boolean({
      description: 'whether the server is ready only while a version of every model serves',
      default: true,
    }),
    requestTimeoutMs: milliseconds('time from the last byte of a request to its answer', 30_000),
    receiveTimeoutMs: milliseconds('time in which a request has to arrive', 30_000),
    computeTimeoutMs: milliseconds('time of one batch in a worker, which is replaced after it', 30_000),
    loadTimeoutMs: milliseconds('time in which a model has to load', 120_000),
    drainDelayMs: milliseconds(
      'how long a server that is told to end goes on while not ready, so that balancers see it',
      0,
      0,
    ),
    drainTimeoutMs: milliseconds('time for what was accepted before the end', 30_000),
    maxBodyBytes: count('bytes of a request, unpacked, and of an answer', 64 * MIB),
    maxJsonBytes: count('bytes of JSON in a request', 16 * MIB),
    maxPendingBytes: count(
      'memory of all requests that are being received or answered, in bytes; those beyond are answered 503',
      512 * MIB,
    ),
    maxConnections: count('connections at a time', 1024),
    workerHeapMb: count("JavaScript heap of a worker, in MiB; WebAssembly's memory is apart", 1024, 16),
    logLevel: oneOf(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], 'least level of logs', 'info'),
  },
  {additionalProperties: false},
);
export type Config = Static<typeof Config>;

/** A model's own options, and the shapes that it is tried with before it serves. */
export const ModelConfig = Type.Partial(
  Type.Object(
    {
      ...modelOptions,
      warmUp: Type.Record(Type.String(), Type.Array(Type.Integer({minimum: 1}), {maxItems: 8}), {
        description: 'shape of each input, batch included, that the model is tried with before it serves',
      }),
    },
    {additionalProperties: false},
  ),
);
export type ModelConfig = Static<typeof ModelConfig>;

/** The options of one model, the server's where it sets none. */
export type ModelSettings = Config & Pick<ModelConfig, 'warmUp'>;
