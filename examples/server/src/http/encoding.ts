/** Packed answers, for clients that ask for them. */
import {promisify} from 'node:util';
import {constants, deflate, gzip} from 'node:zlib';
import type {Answer} from '../protocol/response.js';

const PACK = {gzip: promisify(gzip), deflate: promisify(deflate)};
/** Shorter bodies do not get shorter by more than packing costs. */
const MIN_BYTES = 1024;

/** The first of what the client accepts that is known here. */
function accepted(header: string | undefined): keyof typeof PACK | undefined {
  for (const item of (header ?? '').toLowerCase().split(',')) {
    const [name, ...parameters] = item.split(';').map(part => part.trim());
    const isRefused = parameters.some(parameter => /^q=0(\.0*)?$/.test(parameter));
    if (!isRefused && (name === 'gzip' || name === 'deflate')) return name;
  }
  return undefined;
}

export async function packed(answer: Answer, acceptEncoding: string | undefined): Promise<Answer> {
  const encoding = accepted(acceptEncoding);
  const {headers, body} = answer;
  if (encoding === undefined || body.length < MIN_BYTES) return answer;
  return {
    headers: {...headers, 'content-encoding': encoding, vary: 'accept-encoding'},
    body: await PACK[encoding](body, {level: constants.Z_BEST_SPEED}),
  };
}
