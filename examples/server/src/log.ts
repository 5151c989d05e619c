/** Structured logs, as JSON lines on standard output. */
import type {FastifyBaseLogger} from 'fastify';
import {pino} from 'pino';
import type {Config} from './config/schema.js';

/** Of lines that wait to be written; those beyond are dropped. */
const MAX_WAITING_BYTES = 2 ** 20;

/** Where lines cannot be written, as on a disk that is full, the server goes on without them. */
export function createLog(level: Config['logLevel']): FastifyBaseLogger {
  const output = pino.destination({dest: 1, sync: true, maxLength: MAX_WAITING_BYTES});
  output.on('error', () => undefined);
  return pino({level}, output);
}
