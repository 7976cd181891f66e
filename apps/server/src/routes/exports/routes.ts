/** `/export/jobs`: profiles and events into files. */
import { Problem, type Scope } from '@muster/audience';
import {
  CancelledResource,
  decodeExportList,
  decodeExportNumber,
  decodeNewExport,
  ExportJobListResource,
  ExportJobResource,
  ExportListParameters,
  encodeExportJob,
  encodeExportJobList,
  NewExportBody,
  type QueryParameters,
} from '@muster/wire';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { basePath, errorResponses, idParameter } from '../../http/api-schema.ts';
import { cancelExport, createExport, findExport, readExportFile } from '../../use-cases/exports.ts';
import type { IdPath, QueryString, RouteDependencies } from '../dependencies.ts';

const tags = ['export jobs'];

function addCreate(app: FastifyInstance, deps: RouteDependencies): void {
  const schema = {
    tags,
    operationId: 'createExportJob',
    summary: 'Export profiles and events',
    body: NewExportBody,
    response: { 200: ExportJobResource, ...errorResponses(400, 404, 413, 415, 429) },
  };
  app.post('/export/jobs', { schema }, async (request, reply) => {
    const wanted = decodeNewExport(request.body);
    if (wanted instanceof Problem) throw wanted;
    const job = await createExport(deps, request.tenant, wanted, { requestId: request.id, limits: deps.limits });
    reply.header('x-location', `${basePath}/export/jobs/${job.number}`);
    return encodeExportJob(job, request.tenant.scope.org);
  });
}

async function listExports(
  { control }: RouteDependencies,
  scope: Scope,
  parameters: QueryParameters,
): Promise<ExportJobListResource> {
  const wanted = decodeExportList(parameters);
  if (wanted instanceof Problem) throw wanted;
  const query = wanted.status === null ? {} : { statuses: [wanted.status] };
  // One more than shown tells whether there is a next page.
  const page = { before: wanted.before, limit: wanted.limit + 1 };
  return encodeExportJobList(wanted, await control.exports.list(scope, query, page), scope.org);
}

function addList(app: FastifyInstance, deps: RouteDependencies): void {
  const schema = {
    tags,
    operationId: 'listExportJobs',
    summary: 'List export jobs, newest first',
    querystring: ExportListParameters,
    response: { 200: ExportJobListResource, ...errorResponses(400) },
  };
  // The documented link to the next page ends in a slash.
  for (const [path, declared] of [
    ['/export/jobs', schema],
    ['/export/jobs/', { ...schema, operationId: 'listExportJobsAlias' }],
  ] as const) {
    app.get<QueryString>(path, { schema: declared }, (request) =>
      listExports(deps, request.tenant.scope, request.query),
    );
  }
}

function addFind(app: FastifyInstance, deps: RouteDependencies): void {
  const schema = {
    tags,
    operationId: 'getExportJob',
    summary: 'Look up an export job',
    params: idParameter,
    response: { 200: ExportJobResource, ...errorResponses(404) },
  };
  app.get<IdPath>('/export/jobs/:id', { schema }, async (request) => {
    const { scope } = request.tenant;
    return encodeExportJob(await findExport(deps, scope, decodeExportNumber(request.params.id)), scope.org);
  });
}

function addCancel(app: FastifyInstance, deps: RouteDependencies): void {
  const schema = {
    tags,
    operationId: 'cancelExportJob',
    summary: 'Cancel an export job',
    description: 'Answers at once; a job that is being written is CANCELLING for a moment.',
    params: idParameter,
    response: { 200: CancelledResource, ...errorResponses(400, 404) },
  };
  app.delete<IdPath>('/export/jobs/:id', { schema }, async (request) => {
    const job = await cancelExport(deps, request.tenant.scope, decodeExportNumber(request.params.id));
    return { status: true, message: `The export job is ${job.status}.` };
  });
}

const contentTypes: Readonly<Record<string, string>> = {
  csv: 'text/csv; charset=utf-8; header=present',
  jsonl: 'application/x-ndjson; charset=utf-8',
  parquet: 'application/vnd.apache.parquet',
};

interface FilePath {
  readonly Params: { readonly id: string; readonly name: string };
}

function addFile(app: FastifyInstance, deps: RouteDependencies): void {
  const schema = {
    tags,
    operationId: 'getExportFile',
    summary: 'Download a file of an export job',
    description: 'An extension.',
    params: Type.Object({ id: Type.String(), name: Type.String({ description: 'As in `muster.files`.' }) }),
    produces: ['text/csv', 'application/x-ndjson', 'application/vnd.apache.parquet'],
    response: { 200: Type.String(), ...errorResponses(404) },
  };
  app.get<FilePath>('/export/jobs/:id/files/:name', { schema }, async (request, reply) => {
    const { id, name } = request.params;
    const file = await readExportFile(deps, request.tenant.scope, decodeExportNumber(id), name);
    return reply
      .type(contentTypes[name.split('.').at(-1) ?? ''] ?? 'application/octet-stream')
      .header('content-length', file.bytes)
      .header('content-disposition', `attachment; filename="export-${id}-${name}"`)
      .send(file.content);
  });
}

/** Adds the operations. */
export function addExportRoutes(app: FastifyInstance, deps: RouteDependencies): void {
  addCreate(app, deps);
  addList(app, deps);
  addFind(app, deps);
  addCancel(app, deps);
  addFile(app, deps);
}
