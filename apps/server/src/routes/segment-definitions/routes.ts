/** `/segment/definitions`: platform audiences in the words of the older resource. */
import { audienceId, Problem } from '@muster/audience';
import {
  type AudienceResource,
  BulkGetBody,
  ChangedDefinitionBody,
  DefinitionBulkResource,
  DefinitionDeletedResource,
  DefinitionListParameters,
  DefinitionListResource,
  DefinitionResource,
  decodeBulkGet,
  decodeChangedDefinition,
  decodeDefinitionList,
  decodeNewDefinition,
  definitionsIn,
  encodeAudience,
  encodeBulkResults,
  encodeDefinitionList,
  NewDefinitionBody,
} from '@muster/wire';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { basePath, errorResponses, idParameter } from '../../http/api-schema.ts';
import { logOf } from '../../http/request-log.ts';
import type { Tenant } from '../../http/tenancy.ts';
import {
  bulkFindDefinitions,
  changeDefinition,
  createDefinition,
  findDefinition,
} from '../../use-cases/definitions.ts';
import { deleteAudience } from '../../use-cases/delete-audience.ts';
import type { FoundAudience } from '../../use-cases/find-audience.ts';
import { listAudiences } from '../../use-cases/list-audiences.ts';
import type { IdPath, QueryString, RouteDependencies } from '../dependencies.ts';

const tags = ['segment definitions'];

function resourceOf({ audience, dependents }: FoundAudience, { scope, sandbox }: Tenant): AudienceResource {
  return encodeAudience(audience, { org: scope.org, sandbox, dependents, metrics: 'shown' });
}

/** Answers a write with the definition and where it is. */
function sendWritten(reply: FastifyReply, resource: AudienceResource): FastifyReply {
  return reply.header('x-location', `${basePath}/segment/definitions/${resource.id}`).send(resource);
}

function addCreate(app: FastifyInstance, deps: RouteDependencies): void {
  const schema = {
    tags,
    operationId: 'createSegmentDefinition',
    summary: 'Create a segment definition',
    body: NewDefinitionBody,
    response: { 200: DefinitionResource, ...errorResponses(400, 413, 415, 422) },
  };
  app.post('/segment/definitions', { schema }, async (request, reply) => {
    const wanted = decodeNewDefinition(request.body);
    if (wanted instanceof Problem) throw wanted;
    const audience = await createDefinition(deps, request.tenant, wanted);
    return sendWritten(reply, resourceOf({ audience, dependents: [] }, request.tenant));
  });
}

function addList(app: FastifyInstance, deps: RouteDependencies): void {
  const schema = {
    tags,
    operationId: 'listSegmentDefinitions',
    summary: 'List segment definitions',
    querystring: DefinitionListParameters,
    response: { 200: DefinitionListResource, ...errorResponses(400) },
  };
  app.get<QueryString>('/segment/definitions', { schema }, async (request) => {
    const wanted = decodeDefinitionList(request.query);
    if (wanted instanceof Problem) throw wanted;
    const { items, totalCount } = await listAudiences(deps, request.tenant, wanted);
    return encodeDefinitionList(wanted, items, totalCount);
  });
}

function addFind(app: FastifyInstance, deps: RouteDependencies): void {
  const schema = {
    tags,
    operationId: 'getSegmentDefinition',
    summary: 'Look up a segment definition',
    params: idParameter,
    response: { 200: DefinitionResource, ...errorResponses(404) },
  };
  app.get<IdPath>('/segment/definitions/:id', { schema }, async (request) => {
    const { tenant } = request;
    return resourceOf(await findDefinition(deps, tenant.scope, audienceId(request.params.id)), tenant);
  });
}

function addChange(app: FastifyInstance, deps: RouteDependencies): void {
  const schema = {
    tags,
    operationId: 'updateSegmentDefinition',
    summary: 'Overwrite a segment definition',
    description: 'The body is the definition, not a JSON Patch; fields that it leaves out stay.',
    params: idParameter,
    body: ChangedDefinitionBody,
    response: { 200: DefinitionResource, ...errorResponses(400, 404, 413, 415, 422) },
  };
  app.patch<IdPath>('/segment/definitions/:id', { schema }, async (request, reply) => {
    const { tenant, body } = request;
    const changed = await changeDefinition(deps, tenant, audienceId(request.params.id), (found) =>
      decodeChangedDefinition(body, resourceOf(found, tenant), found.audience),
    );
    return sendWritten(reply, resourceOf(changed, tenant));
  });
}

function addDelete(app: FastifyInstance, deps: RouteDependencies): void {
  const schema = {
    tags,
    operationId: 'deleteSegmentDefinition',
    summary: 'Delete a segment definition',
    description: 'Refused while other audiences refer to it.',
    params: idParameter,
    response: { 200: DefinitionDeletedResource, ...errorResponses(400, 404) },
  };
  app.delete<IdPath>('/segment/definitions/:id', { schema }, async (request) => {
    const { scope } = request.tenant;
    const id = audienceId(request.params.id);
    await findDefinition(deps, scope, id);
    await deleteAudience(deps, scope, {
      id,
      condition: { kind: 'none' },
      onLeftover: (error) =>
        logOf(request).error({ err: error, audienceId: id }, 'members of a deleted audience could not be removed'),
    });
    return { status: true, message: `Segment definition ${id} is deleted.` };
  });
}

function addBulkGet(app: FastifyInstance, deps: RouteDependencies): void {
  const schema = {
    tags,
    operationId: 'bulkGetSegmentDefinitions',
    summary: 'Look up several segment definitions',
    body: BulkGetBody,
    response: { 207: DefinitionBulkResource, ...errorResponses(400, 404, 413, 415) },
  };
  app.post('/segment/definitions/bulk-get', { schema }, async (request, reply) => {
    const { tenant } = request;
    const ids = decodeBulkGet(request.body);
    if (ids instanceof Problem) throw ids;
    const found = await bulkFindDefinitions(deps, tenant.scope, ids);
    const resources = definitionsIn(found.map((one) => resourceOf(one, tenant)));
    return reply.status(207).send(encodeBulkResults(ids, resources, request.id));
  });
}

/** Adds the operations. */
export function addSegmentDefinitionRoutes(app: FastifyInstance, deps: RouteDependencies): void {
  addCreate(app, deps);
  addList(app, deps);
  addFind(app, deps);
  addChange(app, deps);
  addDelete(app, deps);
  addBulkGet(app, deps);
}
