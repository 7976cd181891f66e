/** `/audiences`: definitions of audiences. */
import { createHash } from 'node:crypto';
import { audienceId, Problem, type VersionCondition } from '@muster/audience';
import {
  AudienceListParameters,
  AudienceListResource,
  AudienceMetadataParameters,
  AudienceResource,
  BulkGetBody,
  BulkGetResource,
  BulkMetricBody,
  BulkMetricResource,
  ChangedAudienceBody,
  CreatedAudienceResource,
  decodeAudienceList,
  decodeBulkGet,
  decodeBulkMetric,
  decodeIdempotencyKey,
  decodeIfMatch,
  decodeMetadataOnly,
  decodeNewAudience,
  decodeNewAudienceMetadata,
  decodePatch,
  decodePatched,
  decodeReplacement,
  encodeAudience,
  encodeAudienceList,
  encodeAudienceMetadata,
  encodeBulkGet,
  encodeBulkMetric,
  NewAudienceBody,
  PatchBody,
} from '@muster/wire';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { errorResponses, idParameter } from '../../http/api-schema.ts';
import type { SentAudience } from '../../http/audience-cache.ts';
import { logOf } from '../../http/request-log.ts';
import type { Tenant } from '../../http/tenancy.ts';
import { bulkFindAudiences } from '../../use-cases/bulk-find-audiences.ts';
import { changeAudience } from '../../use-cases/change-audience.ts';
import { type CreatedOnce, createAudienceAsAsked, type NamedRequest } from '../../use-cases/create-audience.ts';
import { createAudienceMetadata } from '../../use-cases/create-audience-metadata.ts';
import { deleteAudience } from '../../use-cases/delete-audience.ts';
import { type FoundAudience, findAudience } from '../../use-cases/find-audience.ts';
import { listAudiences } from '../../use-cases/list-audiences.ts';
import { reportMetrics } from '../../use-cases/report-metrics.ts';
import type { IdPath, QueryString, RouteDependencies } from '../dependencies.ts';

const tags = ['audiences'];

function resourceOf({ audience, dependents }: FoundAudience, { scope, sandbox }: Tenant): AudienceResource {
  return encodeAudience(audience, { org: scope.org, sandbox, dependents, metrics: 'shown' });
}

function encodeFound(found: FoundAudience, tenant: Tenant): SentAudience {
  const resource = resourceOf(found, tenant);
  return { body: JSON.stringify(resource), etag: resource._etag };
}

function sendAudience(reply: FastifyReply, { body, etag }: SentAudience): FastifyReply {
  return reply.header('content-type', 'application/json; charset=utf-8').header('etag', etag).send(body);
}

/** The name of a request to create `what`, if it has one. */
function decodeNamed({ headers, body }: FastifyRequest, what: 'audience' | 'metadata'): NamedRequest | null {
  const key = decodeIdempotencyKey(headers['idempotency-key']);
  if (key instanceof Problem) throw key;
  if (key === null) return null;
  const hash = createHash('sha256').update(JSON.stringify(body));
  // Nothing is added for audiences: their digests are stored.
  if (what === 'metadata') hash.update(what);
  return { key, digest: hash.digest('base64url') };
}

async function createWhole(deps: RouteDependencies, request: FastifyRequest): Promise<CreatedOnce> {
  const wanted = decodeNewAudience(request.body);
  if (wanted instanceof Problem) throw wanted;
  return createAudienceAsAsked(deps, request.tenant, wanted, decodeNamed(request, 'audience'));
}

/** Creates the metadata of an audience; the same as under the base path of external audiences. */
async function createMetadata(deps: RouteDependencies, request: FastifyRequest): Promise<CreatedOnce> {
  const wanted = decodeNewAudienceMetadata(request.body);
  if (wanted instanceof Problem) throw wanted;
  return createAudienceMetadata(deps, request.tenant, wanted, decodeNamed(request, 'metadata'));
}

function addCreate(app: FastifyInstance, deps: RouteDependencies): void {
  const schema = {
    tags,
    operationId: 'createAudience',
    summary: 'Create an audience',
    headers: Type.Object({
      'idempotency-key': Type.Optional(
        Type.String({ description: 'A name for the request: sent again, it is answered again and creates nothing.' }),
      ),
    }),
    querystring: AudienceMetadataParameters,
    body: NewAudienceBody,
    response: {
      200: CreatedAudienceResource,
      ...errorResponses(400, 409, 413, 415, 422),
    },
  };
  app.post<QueryString>('/audiences', { schema }, async (request, reply) => {
    const isMetadataOnly = decodeMetadataOnly(request.query);
    if (isMetadataOnly instanceof Problem) throw isMetadataOnly;
    const create = isMetadataOnly === true ? createMetadata : createWhole;
    const { audience, isRepetition } = await create(deps, request);
    if (isRepetition) reply.header('idempotency-replayed', 'true');
    if (isMetadataOnly === true) return encodeAudienceMetadata(audience);
    return sendAudience(reply, encodeFound({ audience, dependents: [] }, request.tenant));
  });
}

function addList(app: FastifyInstance, deps: RouteDependencies): void {
  const schema = {
    tags,
    operationId: 'listAudiences',
    summary: 'List audiences',
    querystring: AudienceListParameters,
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

const conditionalHeaders = Type.Object({
  'if-match': Type.Optional(Type.String({ description: '`*`, or the `ETag` that the writer has seen.' })),
});

function conditionOf(request: FastifyRequest): VersionCondition {
  const condition = decodeIfMatch(request.headers['if-match']);
  if (condition instanceof Problem) throw condition;
  return condition;
}

function addPatch(app: FastifyInstance, deps: RouteDependencies): void {
  const schema = {
    tags,
    operationId: 'patchAudience',
    summary: 'Change fields of an audience',
    description: 'A JSON Patch: all operations are applied, or none.',
    consumes: ['application/json', 'application/json-patch+json'],
    params: idParameter,
    headers: conditionalHeaders,
    body: PatchBody,
    response: { 200: AudienceResource, ...errorResponses(400, 404, 412, 413, 415) },
  };
  app.patch<IdPath>('/audiences/:id', { schema }, async (request, reply) => {
    const { tenant } = request;
    const operations = decodePatch(request.body);
    if (operations instanceof Problem) throw operations;
    const changed = await changeAudience(deps, tenant, audienceId(request.params.id), {
      condition: conditionOf(request),
      change: (found) => decodePatched(operations, resourceOf(found, tenant), found.audience),
    });
    return sendAudience(reply, encodeFound(changed, tenant));
  });
}

function addReplace(app: FastifyInstance, deps: RouteDependencies): void {
  const schema = {
    tags,
    operationId: 'replaceAudience',
    summary: 'Overwrite an audience',
    description: 'What is left out goes back to its default; what only the server sets is ignored.',
    params: idParameter,
    headers: conditionalHeaders,
    body: ChangedAudienceBody,
    response: { 200: AudienceResource, ...errorResponses(400, 404, 412, 413, 415) },
  };
  app.put<IdPath>('/audiences/:id', { schema }, async (request, reply) => {
    const { tenant, body } = request;
    const changed = await changeAudience(deps, tenant, audienceId(request.params.id), {
      condition: conditionOf(request),
      change: ({ audience }) => decodeReplacement(body, audience),
    });
    return sendAudience(reply, encodeFound(changed, tenant));
  });
}

function addDelete(app: FastifyInstance, deps: RouteDependencies): void {
  const schema = {
    tags,
    operationId: 'deleteAudience',
    summary: 'Delete an audience',
    description: 'Refused while other audiences refer to it.',
    params: idParameter,
    headers: conditionalHeaders,
    response: { 204: Type.Null(), ...errorResponses(400, 404, 412) },
  };
  app.delete<IdPath>('/audiences/:id', { schema }, async (request, reply) => {
    const id = audienceId(request.params.id);
    await deleteAudience(deps, request.tenant.scope, {
      id,
      condition: conditionOf(request),
      onLeftover: (error) =>
        logOf(request).error({ err: error, audienceId: id }, 'members of a deleted audience could not be removed'),
    });
    return reply.status(204).send();
  });
}

function addBulkGet(app: FastifyInstance, deps: RouteDependencies): void {
  const schema = {
    tags,
    operationId: 'bulkGetAudiences',
    summary: 'Look up several audiences',
    body: BulkGetBody,
    response: { 207: BulkGetResource, ...errorResponses(400, 404, 413, 415) },
  };
  app.post('/audiences/bulk-get', { schema }, async (request, reply) => {
    const { tenant } = request;
    const ids = decodeBulkGet(request.body);
    if (ids instanceof Problem) throw ids;
    const found = await bulkFindAudiences(deps, tenant.scope, ids);
    const resources = found.map((one) => resourceOf(one, tenant));
    return reply.status(207).send(encodeBulkGet(ids, resources, request.id));
  });
}

function addBulkMetric(app: FastifyInstance, deps: RouteDependencies): void {
  const schema = {
    tags,
    operationId: 'bulkPatchAudienceMetrics',
    summary: 'Report sizes of external audiences',
    body: BulkMetricBody,
    response: { 207: BulkMetricResource, ...errorResponses(400, 413, 415) },
  };
  app.post('/audiences/bulk-patch-metric', { schema }, async (request, reply) => {
    const reports = decodeBulkMetric(request.body, deps.clock.now());
    if (reports instanceof Problem) throw reports;
    return reply.status(207).send(encodeBulkMetric(await reportMetrics(deps, request.tenant, reports)));
  });
}

/** Adds the operations. */
export function addAudienceRoutes(app: FastifyInstance, deps: RouteDependencies): void {
  addCreate(app, deps);
  addList(app, deps);
  addFind(app, deps);
  addPatch(app, deps);
  addReplace(app, deps);
  addDelete(app, deps);
  addBulkGet(app, deps);
  addBulkMetric(app, deps);
}
