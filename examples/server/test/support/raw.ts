/** Requests as bytes on a socket, for those that no client would send. */
import {connect} from 'node:net';
import {setTimeout as pause} from 'node:timers/promises';

/** How long a server that neither answers nor closes is waited for. */
const WAIT_MS = 180_000;

export interface Sending {
  /** Between two pieces. */
  readonly pauseMs?: number;
  /** Whether the client goes once it has an answer, instead of when the server closes. */
  readonly takesOne?: boolean;
}

/** Sends pieces, and gives what came back until the server closed. */
export async function exchange(
  url: string,
  pieces: readonly (string | Uint8Array)[],
  {pauseMs = 0, takesOne = false}: Sending = {},
): Promise<string> {
  const {hostname, port} = new URL(url);
  const socket = connect(Number(port), hostname);
  let received = '';
  socket.setEncoding('utf8');
  socket.on('data', (text: string) => {
    received += text;
    // All answers end with JSON.
    if (takesOne && /\r\n\r\n.*\}$/s.test(received)) socket.destroy();
  });
  const closed = new Promise<void>(resolve => {
    socket.on('error', () => resolve());
    socket.on('close', () => resolve());
  });
  for (const piece of pieces) {
    if (socket.destroyed) break;
    socket.write(piece);
    if (pauseMs > 0) await pause(pauseMs);
  }
  await Promise.race([closed, pause(WAIT_MS, undefined, {ref: false})]);
  socket.destroy();
  return received;
}

/** Sends the beginning of a request and goes. */
export async function cutOff(url: string, beginning: string | Uint8Array): Promise<void> {
  const {hostname, port} = new URL(url);
  await new Promise<void>(resolve => {
    const socket = connect(Number(port), hostname, () => socket.write(beginning, () => socket.destroy()));
    socket.on('close', () => resolve());
    socket.on('error', () => resolve());
  });
}

export const head = (path: string, headers: Readonly<Record<string, string | number>>): string =>
  [
    `POST ${path} HTTP/1.1`,
    'Host: test',
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    '',
    '',
  ].join('\r\n');
