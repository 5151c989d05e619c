/** One request for inference, from its body to its answer, whatever the protocol. */
import type {FastifyReply, FastifyRequest} from 'fastify';
import type {ServedModel} from '../models/served.js';
import {badRequest, ProtocolError, timedOut} from '../protocol/error.js';
import type {Answer} from '../protocol/response.js';
import {memoryOf, type ModelSpec, type Tensor} from '../protocol/tensor.js';
import type {Context} from './context.js';
import {packed} from './encoding.js';

/** How a protocol reads a request, and writes its answer. */
export interface Exchange {
  readonly inputs: readonly Tensor[];
  readonly timeoutMs?: number | undefined;
  readonly answer: (outputs: readonly Tensor[]) => Answer;
}

/** Reads the request, runs it and gives the body of the answer; what happens is counted. */
export async function infer(
  {config, metrics, budget}: Context,
  model: ServedModel,
  request: FastifyRequest,
  reply: FastifyReply,
  read: (spec: ModelSpec, body: Uint8Array) => Exchange,
): Promise<Buffer> {
  const started = performance.now();
  const {batcher, name, version, settings, spec, statistics} = model;
  let timer: NodeJS.Timeout | undefined;
  let status = 200;
  try {
    const {inputs, timeoutMs = Infinity, answer} = read(spec, bodyOf(request));
    checkRows(inputs, spec, settings.maxRows);
    budget.take(request, memoryOf(inputs));
    const {outputs, cancel} = batcher.submit(inputs);
    const limit = Math.min(timeoutMs, config.requestTimeoutMs);
    timer = setTimeout(() => cancel(timedOut(`no answer within ${limit} ms`)), limit);
    // Nobody waits for the answer once the connection is closed, which every connection is some time after its answer.
    reply.raw.once('close', () => {
      if (!reply.raw.writableEnded) cancel(new ProtocolError(499, 'the client closed the connection'));
    });
    const tensors = await outputs;
    checkAnswer(tensors, config.maxBodyBytes);
    const {headers, body} = await packed(answer(tensors), request.headers['accept-encoding']);
    budget.take(request, body.length);
    void reply.headers(headers);
    return body;
  } catch (error) {
    status = error instanceof ProtocolError ? error.status : 500;
    throw error;
  } finally {
    clearTimeout(timer);
    const ms = performance.now() - started;
    statistics.addRequest(ms, status === 200);
    metrics.requests.inc({model: name, version, status});
    metrics.requestSeconds.observe({model: name, version}, ms / 1000);
  }
}

function checkRows(inputs: readonly Tensor[], {batches}: ModelSpec, maxRows: number): void {
  const rows = batches ? inputs[0].shape[0] : 1;
  if (rows > maxRows) throw new ProtocolError(413, `a request has ${maxRows} rows at most; got ${rows}`);
}

/** Some models make much of little. */
function checkAnswer(outputs: readonly Tensor[], maxBytes: number): void {
  const bytes = memoryOf(outputs);
  if (bytes > maxBytes) throw badRequest(`an answer has ${maxBytes} bytes at most; this one would take ${bytes}`);
}

/** A request without a body has none. */
function bodyOf({body}: FastifyRequest): Uint8Array {
  return body instanceof Uint8Array ? body : new Uint8Array();
}
