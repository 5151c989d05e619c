/** JSON of which nothing is known yet. */
import {badRequest, messageOf, quoted} from './error.js';

export type JsonObject = Readonly<Record<string, unknown>>;

const decoder = new TextDecoder('utf-8', {fatal: true});

/** Far more than a tensor of the protocol has dimensions. */
const MAX_DEPTH = 64;
/** What is shorter is parsed in no time, however deep it is. */
const SHALLOW_BYTES = 2 ** 16;
const [QUOTE, BACKSLASH, OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = Buffer.from('"\\[]{}');

/** Whether JSON nests deeper than MAX_DEPTH: millions of lists within each other take seconds of the garbage collector. */
function isTooDeep(bytes: Uint8Array): boolean {
  let depth = 0;
  let isString = false;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === QUOTE) isString = !isString;
    else if (isString) at += Number(byte === BACKSLASH);
    else if (byte === OPEN_LIST || byte === OPEN_OBJECT) depth++;
    else if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) depth--;
    if (depth > MAX_DEPTH) return true;
  }
  return false;
}

/** @throws a ProtocolError for what is no JSON, or no JSON of a client of the protocol. */
export function parseJson(bytes: Uint8Array, what: string): unknown {
  if (bytes.length > SHALLOW_BYTES && isTooDeep(bytes))
    throw badRequest(`${what} is not JSON of the protocol: it nests deeper than ${MAX_DEPTH}`);
  try {
    return JSON.parse(decoder.decode(bytes)) as unknown;
  } catch (error) {
    throw badRequest(`${what} is not JSON: ${messageOf(error).slice(0, 120)}`);
  }
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function objectOf(value: unknown, what: string): JsonObject {
  if (!isObject(value)) throw badRequest(`${what} is an object; got ${quoted(value)}`);
  return value;
}

/** A property of the object itself: what objects inherit is none of the client's. */
export function property(object: JsonObject, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

export function listOf(value: unknown, what: string): readonly unknown[] {
  if (!Array.isArray(value)) throw badRequest(`${what} is a list; got ${quoted(value)}`);
  return value;
}

export function stringOf(value: unknown, what: string): string {
  if (typeof value !== 'string') throw badRequest(`${what} is a string; got ${quoted(value)}`);
  return value;
}

/** Parameters of a request, an input or an output, which may be left out. */
export function parametersOf(object: JsonObject, what: string): JsonObject {
  const value = property(object, 'parameters');
  return value === undefined ? {} : objectOf(value, `parameters of ${what}`);
}

export function flagOf(parameters: JsonObject, name: string): boolean | undefined {
  const value = property(parameters, name);
  if (value !== undefined && typeof value !== 'boolean')
    throw badRequest(`${name} is true or false; got ${quoted(value)}`);
  return value;
}
