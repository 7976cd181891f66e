/** `/preview` and `/estimate`: who a rule would find, before it is an audience. */
import { Problem } from '@muster/audience';
import {
  CancelledResource,
  decodeNewPreview,
  decodePreviewId,
  decodePreviewPage,
  EstimateResource,
  encodeEstimate,
  encodePreview,
  encodePreviewResults,
  NewPreviewBody,
  PreviewParameters,
  PreviewResource,
  PreviewResultsResource,
} from '@muster/wire';
import type { FastifyInstance } from 'fastify';
import { basePath, errorResponses, idParameter } from '../../http/api-schema.ts';
import {
  cancelPreview,
  createPreview,
  findPreview,
  listPreviewMatches,
  previewExpiry,
} from '../../use-cases/previews.ts';
import type { IdPath, QueryString, RouteDependencies } from '../dependencies.ts';
import { asOfHeader, decodeAsOfHeader } from '../segment-jobs/as-of-header.ts';

const tags = ['previews and estimates'];

function addCreate(app: FastifyInstance, deps: RouteDependencies): void {
  const schema = {
    tags,
    operationId: 'createPreview',
    summary: 'Look who a rule would find',
    headers: asOfHeader,
    body: NewPreviewBody,
    response: { 201: PreviewResource, ...errorResponses(400, 413, 415, 429) },
  };
  app.post('/preview', { schema }, async (request, reply) => {
    const expression = decodeNewPreview(request.body);
    if (expression instanceof Problem) throw expression;
    const asOf = decodeAsOfHeader(request.headers);
    if (asOf instanceof Problem) throw asOf;
    const preview = await createPreview(deps, request.tenant.scope, { expression, asOf }, deps.limits);
    const resource = encodePreview(preview);
    return reply.status(201).header('x-location', `${basePath}/preview/${resource.previewId}`).send(resource);
  });
}

function addResults(app: FastifyInstance, deps: RouteDependencies): void {
  const schema = {
    tags,
    operationId: 'getPreview',
    summary: 'List the profiles that a preview found',
    params: idParameter,
    querystring: PreviewParameters,
    response: { 200: PreviewResultsResource, ...errorResponses(400, 404, 503) },
  };
  app.get<IdPath & QueryString>('/preview/:id', { schema }, async (request): Promise<PreviewResultsResource> => {
    const { scope } = request.tenant;
    const page = decodePreviewPage(request.query);
    if (page instanceof Problem) throw page;
    const preview = await findPreview(deps, scope, decodePreviewId(request.params.id), deps.limits);
    return encodePreviewResults(preview, page, await listPreviewMatches(deps, scope, preview, page));
  });
}

function addCancel(app: FastifyInstance, deps: RouteDependencies): void {
  const schema = {
    tags,
    operationId: 'cancelPreview',
    summary: 'Cancel a preview',
    description: 'One that has ended is forgotten.',
    params: idParameter,
    response: { 200: CancelledResource, ...errorResponses(404) },
  };
  app.delete<IdPath>('/preview/:id', { schema }, async (request) => {
    const id = decodePreviewId(request.params.id);
    const what = await cancelPreview(deps, request.tenant.scope, id, deps.limits);
    return { status: true, message: `The preview is ${what}.` };
  });
}

function addEstimate(app: FastifyInstance, deps: RouteDependencies): void {
  const schema = {
    tags,
    operationId: 'getEstimate',
    summary: 'Tell how many profiles a rule would find',
    params: idParameter,
    response: { 200: EstimateResource, ...errorResponses(404) },
  };
  app.get<IdPath>('/estimate/:id', { schema }, async (request) => {
    const id = decodePreviewId(request.params.id);
    const preview = await findPreview(deps, request.tenant.scope, id, deps.limits);
    return encodeEstimate(preview, previewExpiry(preview, deps.limits));
  });
}

/** Adds the operations. */
export function addPreviewRoutes(app: FastifyInstance, deps: RouteDependencies): void {
  addCreate(app, deps);
  addResults(app, deps);
  addCancel(app, deps);
  addEstimate(app, deps);
}
