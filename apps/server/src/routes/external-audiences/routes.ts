/** `/core/ais/external-audience`: audiences whose members come in files. */
import { audienceId, Problem, type TaskId, taskId } from '@muster/audience';
import {
  AudienceMetadataParameters,
  AudienceMetadataResource,
  decodeExternalChange,
  decodeMetadataOnly,
  decodeNewAudienceMetadata,
  decodeNewExternalAudience,
  decodeNewExternalRun,
  ExtendedResource,
  ExternalAudienceChangeBody,
  ExternalOperationAccepted,
  ExternalOperationResource,
  ExternalRunListResource,
  ExternalRunResource,
  ExternalRunStatusResource,
  ExternalSourceAudienceResource,
  encodeAudienceMetadata,
  encodeExternalAudience,
  encodeExternalDetails,
  encodeExternalOperation,
  encodeExternalRun,
  encodeExternalRunStatus,
  NewAudienceMetadataBody,
  NewExternalAudienceBody,
  NewExternalRunBody,
  wireLimits,
} from '@muster/wire';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { errorResponses, idParameter } from '../../http/api-schema.ts';
import { logOf } from '../../http/request-log.ts';
import { createAudienceMetadata } from '../../use-cases/create-audience-metadata.ts';
import { deleteAudience } from '../../use-cases/delete-audience.ts';
import {
  changeExternalAudience,
  createExternalAudience,
  extendExternalAudience,
  findExternalOperation,
  findExternalRun,
  listExternalRuns,
  startExternalRun,
} from '../../use-cases/external-audiences.ts';
import { findExternalAudience } from '../../use-cases/external-tasks.ts';
import type { IdPath, QueryString, RouteDependencies } from '../dependencies.ts';

const tags = ['external audiences'];

/** The same operation under another address that clients use. */
const aliasOf = <Schema extends { readonly operationId: string }>(schema: Schema): Schema => ({
  ...schema,
  operationId: `${schema.operationId}Alias`,
});

function addCreate(app: FastifyInstance, deps: RouteDependencies): void {
  const schema = {
    tags,
    operationId: 'createExternalAudience',
    summary: 'Create an audience whose members come in files',
    body: NewExternalAudienceBody,
    response: { 202: ExternalOperationAccepted, ...errorResponses(400, 409, 413, 415) },
  };
  // The samples end in a slash, the descriptions do not.
  for (const [path, declared] of [
    ['/external-audience', schema],
    ['/external-audience/', aliasOf(schema)],
  ] as const) {
    app.post(path, { schema: declared }, async (request, reply) => {
      const definition = decodeNewExternalAudience(request.body);
      if (definition instanceof Problem) throw definition;
      const operation = await createExternalAudience(deps, request.tenant.scope, definition);
      const operationDetails = encodeExternalDetails(definition);
      return reply.status(202).send({ operationId: operation.id, operationDetails });
    });
  }
}

function addMetadata(app: FastifyInstance, deps: RouteDependencies): void {
  const schema = {
    tags,
    operationId: 'createAudienceMetadata',
    summary: 'Create the metadata of an audience whose members are brought by somebody else',
    querystring: AudienceMetadataParameters,
    body: NewAudienceMetadataBody,
    response: { 200: AudienceMetadataResource, ...errorResponses(400, 409, 413, 415) },
  };
  app.post<QueryString>('/audiences', { schema }, async (request) => {
    const isMetadataOnly = decodeMetadataOnly(request.query);
    if (isMetadataOnly instanceof Problem) throw isMetadataOnly;
    if (isMetadataOnly === false) {
      const message = 'only the metadata of audiences is made here';
      const suggestion = 'send `createAudienceMetaOnly=true`';
      throw new Problem('externalInvalid', [{ message, field: 'createAudienceMetaOnly', suggestion }]);
    }
    const wanted = decodeNewAudienceMetadata(request.body);
    if (wanted instanceof Problem) throw wanted;
    const { audience } = await createAudienceMetadata(deps, request.tenant, wanted, null);
    return encodeAudienceMetadata(audience);
  });
}

function addOperation(app: FastifyInstance, deps: RouteDependencies): void {
  const schema = {
    tags,
    operationId: 'getExternalOperation',
    summary: 'Look up the making of an external audience',
    params: idParameter,
    response: { 200: ExternalOperationResource, ...errorResponses(404) },
  };
  for (const [path, declared] of [
    ['/external-audience/operations/:id', schema],
    ['/external-audiences/operations/:id', aliasOf(schema)],
  ] as const) {
    app.get<IdPath>(path, { schema: declared }, async (request) =>
      encodeExternalOperation(await findExternalOperation(deps, request.tenant.scope, taskId(request.params.id))),
    );
  }
}

function addChange(app: FastifyInstance, deps: RouteDependencies): void {
  const schema = {
    tags,
    operationId: 'changeExternalAudience',
    summary: 'Change an external audience',
    params: idParameter,
    body: ExternalAudienceChangeBody,
    response: { 200: ExternalSourceAudienceResource, ...errorResponses(400, 404, 412, 413, 415, 422) },
  };
  app.patch<IdPath>('/external-audience/:id', { schema }, async (request) => {
    const change = decodeExternalChange(request.body);
    if (change instanceof Problem) throw change;
    const id = audienceId(request.params.id);
    const { audience, ingestion } = await changeExternalAudience(deps, request.tenant.scope, id, change);
    return encodeExternalAudience(audience, ingestion);
  });
}

function addDelete(app: FastifyInstance, deps: RouteDependencies): void {
  const schema = {
    tags,
    operationId: 'deleteExternalAudience',
    summary: 'Delete an external audience',
    params: idParameter,
    response: { 204: Type.Null(), ...errorResponses(400, 404) },
  };
  for (const [path, declared] of [
    ['/external-audience/:id', schema],
    ['/external-audience/:id/', aliasOf(schema)],
  ] as const) {
    app.delete<IdPath>(path, { schema: declared }, async (request, reply) => {
      const { scope } = request.tenant;
      const { id } = await findExternalAudience(deps, scope, audienceId(request.params.id));
      await deleteAudience(deps, scope, {
        id,
        condition: { kind: 'none' },
        onLeftover: (error) =>
          logOf(request).error({ err: error, audienceId: id }, 'members of a deleted audience could not be removed'),
      });
      return reply.status(204).send();
    });
  }
}

function addExtend(app: FastifyInstance, deps: RouteDependencies): void {
  const schema = {
    tags,
    operationId: 'extendExternalAudience',
    summary: 'Extend the time to live of the memberships',
    params: idParameter,
    body: Type.Object({}, { title: 'ExtendExternalAudience', examples: [{}] }),
    response: { 200: ExtendedResource, ...errorResponses(404, 422) },
  };
  app.post<IdPath>('/external-audience/extend-ttl/:id', { schema }, async (request) => {
    const { id, name } = await extendExternalAudience(deps, request.tenant.scope, audienceId(request.params.id));
    return { audienceId: id, name };
  });
}

interface RunPath {
  readonly Params: { readonly id: string; readonly run: string };
}

function addRuns(app: FastifyInstance, deps: RouteDependencies): void {
  const start = {
    tags,
    operationId: 'startExternalRun',
    summary: 'Read the files of an external audience',
    params: idParameter,
    body: NewExternalRunBody,
    response: { 200: ExternalRunResource, ...errorResponses(400, 404, 409, 413, 415, 422) },
  };
  app.post<IdPath>('/external-audience/:id/runs', { schema: start }, async (request) => {
    const wanted = decodeNewExternalRun(request.body);
    if (wanted instanceof Problem) throw wanted;
    return encodeExternalRun(await startExternalRun(deps, request.tenant.scope, audienceId(request.params.id), wanted));
  });
  const list = {
    tags,
    operationId: 'listExternalRuns',
    summary: 'List the runs of an external audience, newest first',
    params: idParameter,
    response: { 200: ExternalRunListResource, ...errorResponses(404) },
  };
  app.get<IdPath>('/external-audience/:id/runs', { schema: list }, async (request) => {
    const id = audienceId(request.params.id);
    const runs = await listExternalRuns(deps, request.tenant.scope, id, wireLimits.pageSizeMax);
    return { runs: runs.map(encodeExternalRun) };
  });
  const find = {
    tags,
    operationId: 'getExternalRun',
    summary: 'Look up a run',
    params: Type.Object({ id: Type.String(), run: Type.String() }),
    response: { 200: ExternalRunStatusResource, ...errorResponses(404) },
  };
  app.get<RunPath>('/external-audience/:id/runs/:run', { schema: find }, async (request) => {
    const run: TaskId = taskId(request.params.run);
    return encodeExternalRunStatus(
      await findExternalRun(deps, request.tenant.scope, audienceId(request.params.id), run),
    );
  });
}

/** Adds the operations. */
export function addExternalAudienceRoutes(app: FastifyInstance, deps: RouteDependencies): void {
  addCreate(app, deps);
  addMetadata(app, deps);
  addOperation(app, deps);
  addChange(app, deps);
  addExtend(app, deps);
  addRuns(app, deps);
  addDelete(app, deps);
}
