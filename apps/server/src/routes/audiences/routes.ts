/** `/audiences`: definitions of audiences. */
import { audienceId, Problem } from '@muster/audience';
import {
  AudienceListResource,
  AudienceResource,
  decodeAudienceList,
  decodeNewAudience,
  encodeAudience,
  encodeAudienceList,
  NewAudienceBody,
} from '@muster/wire';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { Type } from 'typebox';
import { errorResponses, idParameter, pageParameters } from '../../http/api-schema.ts';
import type { SentAudience } from '../../http/audience-cache.ts';
import type { Tenant } from '../../http/tenancy.ts';
import { createAudience } from '../../use-cases/create-audience.ts';
import { deleteAudience } from '../../use-cases/delete-audience.ts';
import { type FoundAudience, findAudience } from '../../use-cases/find-audience.ts';
import { listAudiences } from '../../use-cases/list-audiences.ts';
import type { IdPath, QueryString, RouteDependencies } from '../dependencies.ts';

const tags = ['audiences'];

const listParameters = Type.Object({
  ...pageParameters,
  sort: Type.Optional(
    Type.String({ description: '`attribute:asc` or `attribute:desc`.', examples: ['updateTime:desc'] }),
  ),
  property: Type.Optional(
    Type.Array(Type.String(), {
      description: '`attribute==value`; several must all be true.',
      examples: [['audienceId==my-id']],
    }),
  ),
  name: Type.Optional(Type.String({ description: 'The name contains this, in any case.' })),
  description: Type.Optional(Type.String({ description: 'The description contains this, in any case.' })),
  entityType: Type.Optional(Type.String({ description: 'The class.', examples: ['_xdm.context.profile'] })),
});

function encodeFound({ audience, dependents }: FoundAudience, { scope, sandbox }: Tenant): SentAudience {
  const resource = encodeAudience(audience, { org: scope.org, sandbox, dependents, metrics: 'shown' });
  return { body: JSON.stringify(resource), etag: resource._etag };
}

function sendAudience(reply: FastifyReply, { body, etag }: SentAudience): FastifyReply {
  return reply.header('content-type', 'application/json; charset=utf-8').header('etag', etag).send(body);
}

function addCreate(app: FastifyInstance, deps: RouteDependencies): void {
  const schema = {
    tags,
    operationId: 'createAudience',
    summary: 'Create an audience',
    body: NewAudienceBody,
    response: { 200: AudienceResource, ...errorResponses(400, 409, 413, 415) },
  };
  app.post('/audiences', { schema }, async (request, reply) => {
    const wanted = decodeNewAudience(request.body);
    if (wanted instanceof Problem) throw wanted;
    const audience = await createAudience(deps, request.tenant, wanted);
    return sendAudience(reply, encodeFound({ audience, dependents: [] }, request.tenant));
  });
}

function addList(app: FastifyInstance, deps: RouteDependencies): void {
  const schema = {
    tags,
    operationId: 'listAudiences',
    summary: 'List audiences',
    querystring: listParameters,
    response: { 200: AudienceListResource, ...errorResponses(400) },
  };
  app.get<QueryString>('/audiences', { schema }, async (request) => {
    const wanted = decodeAudienceList(request.query);
    if (wanted instanceof Problem) throw wanted;
    const { items, totalCount } = await listAudiences(deps, request.tenant, wanted);
    return encodeAudienceList(wanted, items, totalCount);
  });
}

function addFind(app: FastifyInstance, deps: RouteDependencies): void {
  const schema = {
    tags,
    operationId: 'getAudience',
    summary: 'Look up an audience',
    params: idParameter,
    response: { 200: AudienceResource, ...errorResponses(404) },
  };
  // Not async: an answer that is kept is sent without a turn of the event loop.
  app.get<IdPath>('/audiences/:id', { schema }, (request, reply) => {
    const { tenant } = request;
    const id = audienceId(request.params.id);
    const kept = deps.audienceCache.find(tenant.key, id);
    if (kept !== undefined) return sendAudience(reply, kept);
    const mark = deps.audienceCache.mark(tenant.key);
    return findAudience(deps, tenant.scope, id).then((found) => {
      const answer = encodeFound(found, tenant);
      deps.audienceCache.keep(tenant.key, id, answer, mark);
      return sendAudience(reply, answer);
    });
  });
}

function addDelete(app: FastifyInstance, deps: RouteDependencies): void {
  const schema = {
    tags,
    operationId: 'deleteAudience',
    summary: 'Delete an audience',
    description: 'Refused while other audiences refer to it.',
    params: idParameter,
    response: { 204: Type.Null(), ...errorResponses(400, 404) },
  };
  app.delete<IdPath>('/audiences/:id', { schema }, async (request, reply) => {
    const id = audienceId(request.params.id);
    await deleteAudience(deps, request.tenant.scope, id, (error) =>
      request.log.error({ err: error, audienceId: id }, 'members of a deleted audience could not be removed'),
    );
    return reply.status(204).send();
  });
}

/** Adds the operations. PATCH, PUT and bulk-get are not here yet. */
export function addAudienceRoutes(app: FastifyInstance, deps: RouteDependencies): void {
  addCreate(app, deps);
  addList(app, deps);
  addFind(app, deps);
  addDelete(app, deps);
}
