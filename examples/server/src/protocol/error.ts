/** An answer other than 200: what the client is told, and how. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError';

  constructor(
    readonly status: number,
    message: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }
}

/** The client's mistake. */
export function badRequest(message: string): ProtocolError {
  return new ProtocolError(400, message);
}

export function notFound(message: string): ProtocolError {
  return new ProtocolError(404, message);
}

/** The server cannot now, but may soon. */
export function unavailable(message: string, retryAfterSeconds = 1): ProtocolError {
  return new ProtocolError(503, message, {'retry-after': String(retryAfterSeconds)});
}

export function timedOut(message: string): ProtocolError {
  return new ProtocolError(504, message);
}

/** What is thrown need not be an Error. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** A value of a request, as a message quotes it: short, whatever it is. */
export function quoted(value: unknown): string {
  const text = typeof value === 'string' ? JSON.stringify(value.slice(0, 100)) : briefly(value);
  return text.length > 100 ? `${text.slice(0, 97)}...` : text;
}

function briefly(value: unknown): string {
  if (Array.isArray(value))
    return value.length > 16 ? `a list of ${value.length}` : `[${value.map(kindOf).join(', ')}]`;
  return kindOf(value);
}

function kindOf(value: unknown): string {
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 30));
  if (value === undefined) return 'nothing';
  return Array.isArray(value) ? 'a list' : 'an object';
}
