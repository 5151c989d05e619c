/** The model repository extension of the protocol. */
import type {FastifyInstance, FastifyRequest} from 'fastify';
import {badRequest, ProtocolError, quoted} from '../protocol/error.js';
import {flagOf, type JsonObject, objectOf, parametersOf, parseJson} from '../protocol/json.js';
import type {Context} from './context.js';
import {checkJsonSize} from './v2_routes.js';

interface RepositoryRoute {
  Params: {readonly model: string; readonly repository?: string};
}

export function repositoryRoutes(app: FastifyInstance, {config, repository}: Context): void {
  const jsonOf = ({body}: FastifyRequest): JsonObject => {
    if (!(body instanceof Uint8Array) || body.length === 0) return {};
    checkJsonSize(body.length, config.maxJsonBytes);
    return objectOf(parseJson(body, 'the request'), 'the request');
  };
  const checkAllowed = (): void => {
    if (config.modelControl === 'none') throw new ProtocolError(403, 'clients may not load and unload models here');
  };

  // The name of a repository is optional and, as there is one, without effect.
  for (const prefix of ['/v2/repository', '/v2/repository/:repository']) {
    app.post(`${prefix}/index`, async request => {
      const isReadyOnly = flagOf(jsonOf(request), 'ready') ?? false;
      return (await repository.index()).filter(({state}) => !isReadyOnly || state === 'READY');
    });
    app.post<RepositoryRoute>(`${prefix}/models/:model/load`, async (request, reply) => {
      checkAllowed();
      const overrides = Object.keys(parametersOf(jsonOf(request), 'the request'));
      if (overrides.length > 0)
        throw badRequest(`models load as they are in the folder; got parameters ${quoted(overrides)}`);
      // It may take longer than connections otherwise stay silent.
      request.raw.setTimeout(0);
      await repository.load(request.params.model);
      return reply.send({});
    });
    app.post<RepositoryRoute>(`${prefix}/models/:model/unload`, async (request, reply) => {
      checkAllowed();
      // No model depends on another, so that unload_dependents has no effect.
      flagOf(parametersOf(jsonOf(request), 'the request'), 'unload_dependents');
      await repository.unload(request.params.model);
      return reply.send({});
    });
  }
}
