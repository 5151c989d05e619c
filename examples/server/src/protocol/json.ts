/** JSON of which nothing is known yet. */
import {badRequest, messageOf, quoted} from './error.js';

export type JsonObject = Readonly<Record<string, unknown>>;

const decoder = new TextDecoder('utf-8', {fatal: true});

export function parseJson(bytes: Uint8Array, what: string): unknown {
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
