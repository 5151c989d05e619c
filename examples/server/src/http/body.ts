/** Bodies of requests, within limits of size, unpacked. */
import type {Readable} from 'node:stream';
import {createGunzip, createInflate} from 'node:zlib';
import {badRequest, messageOf, ProtocolError, quoted} from '../protocol/error.js';

export interface BodyLimits {
  readonly maxBytes: number;
  /** Called for all memory that the body takes; it throws where there is none. */
  readonly take: (bytes: number) => void;
}

const UNPACK = {gzip: createGunzip, 'x-gzip': createGunzip, deflate: createInflate};
const CHUNK_BYTES = 2 ** 16;
/** Bytes beyond the limit that are read and dropped, so that a client which still sends can read its answer. */
const LINGER_BYTES = 64 * 2 ** 20;

const isPacking = (encoding: string): encoding is keyof typeof UNPACK => Object.hasOwn(UNPACK, encoding);

export async function readBody(stream: Readable, encoding: string | undefined, limits: BodyLimits): Promise<Buffer> {
  const name = encoding?.trim().toLowerCase() || 'identity';
  const packed = await collect(stream, limits);
  if (name === 'identity') return packed;
  if (!isPacking(name))
    throw new ProtocolError(415, `Content-Encoding is gzip, deflate or identity; got ${quoted(name)}`);
  try {
    return await unpack(packed, name, limits);
  } catch (error) {
    throw error instanceof ProtocolError ? error : badRequest(`the body is no ${name}: ${messageOf(error)}`);
  }
}

/** Many that swell at the same time share the memory that there is, so that each piece is counted as it comes. */
async function unpack(packed: Buffer, encoding: keyof typeof UNPACK, {maxBytes, take}: BodyLimits): Promise<Buffer> {
  const unpacker = UNPACK[encoding]({chunkSize: CHUNK_BYTES});
  const chunks: Buffer[] = [];
  let length = 0;
  unpacker.end(packed);
  for await (const chunk of unpacker as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > maxBytes) throw tooLarge(maxBytes);
    take(chunk.length);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, length);
}

function collect(stream: Readable, {maxBytes, take}: BodyLimits): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let chunks: Buffer[] = [];
    let length = 0;
    let problem: unknown;
    const onData = (chunk: Buffer): void => {
      length += chunk.length;
      if (problem === undefined) {
        try {
          if (length > maxBytes) throw tooLarge(maxBytes);
          take(chunk.length);
          chunks.push(chunk);
        } catch (error) {
          problem = error;
          chunks = [];
        }
      } else if (length > maxBytes + LINGER_BYTES) {
        stream.off('data', onData).pause();
        reject(problem);
      }
    };
    stream.on('data', onData);
    stream.once('end', () => {
      if (problem !== undefined) reject(problem);
      else resolve(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks, length));
    });
    stream.once('error', reject);
    stream.once('close', () => {
      if (!stream.readableEnded) reject(badRequest('the request was cut off'));
    });
  });
}

function tooLarge(maxBytes: number): ProtocolError {
  return new ProtocolError(413, `a request has ${maxBytes} bytes at most, unpacked`);
}
