/** Answers of the Open Inference Protocol, with and without the binary tensor extension. */
import {writeBinary} from './binary.js';
import type {RequestedOutput} from './request.js';
import type {Tensor} from './tensor.js';
import {jsonOf} from './values.js';

export interface Answer {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** The answer to a request with these outputs, all of which the model gave. */
export function writeResponse(
  model: {readonly name: string; readonly version: string},
  id: string | undefined,
  requested: readonly RequestedOutput[],
  tensors: readonly Tensor[],
): Answer {
  const pieces: Uint8Array[] = [];
  const outputs = requested.flatMap(({name, binary}) =>
    tensors
      .filter(tensor => tensor.name === name)
      .map(tensor => {
        const {datatype, shape} = tensor;
        if (!binary) return {name, datatype, shape, data: jsonOf(tensor)};
        const bytes = writeBinary(tensor);
        pieces.push(...bytes);
        const size = bytes.reduce((sum, {length}) => sum + length, 0);
        return {name, datatype, shape, parameters: {binary_data_size: size}};
      }),
  );
  const json = Buffer.from(JSON.stringify({model_name: model.name, model_version: model.version, id, outputs}));
  if (!requested.some(({binary}) => binary)) return {headers: {'content-type': 'application/json'}, body: json};
  return {
    headers: {'content-type': 'application/octet-stream', 'inference-header-content-length': String(json.length)},
    body: Buffer.concat([json, ...pieces]),
  };
}
