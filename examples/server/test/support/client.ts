/** A client of the protocol, as plain as it gets. */

export interface Output {
  readonly name: string;
  readonly datatype: string;
  readonly shape: readonly number[];
  readonly data?: readonly unknown[];
  readonly parameters?: {readonly binary_data_size: number};
}

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Buffer;
  /** The JSON of the answer, or of its header. */
  readonly json: {
    readonly error?: string;
    readonly id?: string;
    readonly model_name?: string;
    readonly model_version?: string;
    readonly outputs?: readonly Output[];
    readonly [name: string]: unknown;
  };
}

export async function call(url: string, init: RequestInit = {}): Promise<Reply> {
  const response = await fetch(url, {signal: AbortSignal.timeout(180_000), ...init});
  const body = Buffer.from(await response.arrayBuffer());
  const length = Number(response.headers.get('inference-header-content-length') ?? body.length);
  const text = body.subarray(0, length).toString();
  const isJson = /json|octet-stream/.test(response.headers.get('content-type') ?? '');
  return {
    status: response.status,
    headers: response.headers,
    body,
    json: isJson ? (JSON.parse(text) as Reply['json']) : {},
  };
}

export const post = (url: string, body: unknown, headers: Record<string, string> = {}): Promise<Reply> =>
  call(url, {method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body), headers});

/** A body of the binary tensor extension, and its headers. */
export function binaryBody(header: object, ...parts: readonly ArrayBufferView[]) {
  const json = Buffer.from(JSON.stringify(header));
  const bytes = parts.map(part => Buffer.from(part.buffer, part.byteOffset, part.byteLength));
  return {body: Buffer.concat([json, ...bytes]), headers: {'inference-header-content-length': String(json.length)}};
}

export const input = (name: string, datatype: string, shape: readonly number[], data: unknown) => ({
  name,
  datatype,
  shape,
  data,
});

/** The floats of the n-th output, wherever they are. */
export function floats({json, body, headers}: Reply, n = 0): number[] {
  const outputs = json.outputs ?? [];
  const {data, parameters} = outputs[n];
  if (!parameters) return (data ?? []).map(Number);
  const before = outputs.slice(0, n).reduce((sum, output) => sum + (output.parameters?.binary_data_size ?? 0), 0);
  const start = Number(headers.get('inference-header-content-length')) + before;
  const bytes = body.subarray(start, start + parameters.binary_data_size);
  return Array.from(new Float32Array(new Uint8Array(bytes).buffer));
}
