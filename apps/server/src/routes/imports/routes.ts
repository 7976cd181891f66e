/** `/imports`: files on their way into profiles and events. An extension. */
import { importId, Problem } from '@muster/audience';
import {
  decodeNewImport,
  decodePageRequest,
  encodeImport,
  encodeImportList,
  ImportListResource,
  ImportResource,
  NewImportBody,
  PageParameters,
  wireLimits,
} from '@muster/wire';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { errorResponses, idParameter } from '../../http/api-schema.ts';
import { announceImport, createContentReceiver, findImport } from '../../use-cases/imports.ts';
import type { IdPath, QueryString, RouteDependencies } from '../dependencies.ts';

const tags = ['imports'];

function addAnnounce(app: FastifyInstance, deps: RouteDependencies): void {
  const schema = {
    tags,
    operationId: 'createImport',
    summary: 'Announce a file',
    description: 'Gives the import that the same fingerprint had before, unless it failed.',
    body: NewImportBody,
    response: { 200: ImportResource, ...errorResponses(400, 413, 415) },
  };
  app.post('/imports', { schema }, async (request) => {
    const wanted = decodeNewImport(request.body);
    if (wanted instanceof Problem) throw wanted;
    return encodeImport(await announceImport(deps, request.tenant.scope, wanted));
  });
}

function addList(app: FastifyInstance, deps: RouteDependencies): void {
  const schema = {
    tags,
    operationId: 'listImports',
    summary: 'List imports, newest first',
    querystring: PageParameters,
    response: { 200: ImportListResource, ...errorResponses(400) },
  };
  app.get<QueryString>('/imports', { schema }, async (request) => {
    const limits = { limitDefault: wireLimits.pageSizeDefault, limitMax: wireLimits.pageSizeMax };
    const page = decodePageRequest(request.query, limits);
    if (page instanceof Problem) throw page;
    const { index, limit } = page;
    const listed = await deps.control.imports.list(request.tenant.scope, { offset: index * limit, limit });
    return encodeImportList(page, listed.items, listed.totalCount);
  });
}

function addFind(app: FastifyInstance, deps: RouteDependencies): void {
  const schema = {
    tags,
    operationId: 'getImport',
    summary: 'Look up an import',
    params: idParameter,
    response: { 200: ImportResource, ...errorResponses(404) },
  };
  app.get<IdPath>('/imports/:id', { schema }, async (request) =>
    encodeImport(await findImport(deps, request.tenant.scope, importId(request.params.id))),
  );
}

async function addContent(app: FastifyInstance, deps: RouteDependencies): Promise<void> {
  const receiver = createContentReceiver(deps);
  const schema = {
    tags,
    operationId: 'putImportContent',
    summary: 'Send the content of a file',
    description: 'The bytes of the file, of any size, also compressed by gzip. Send it again after an interruption.',
    consumes: ['application/octet-stream'],
    params: idParameter,
    body: Type.String({
      contentEncoding: 'binary',
      examples: ['{"identityMap": {"Email": [{"id": "ann@example.org", "primary": true}]}}\n'],
    }),
    response: { 200: ImportResource, ...errorResponses(400, 404, 409, 503) },
  };
  // The body stays a stream whatever its type is called: nothing of it is held.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, _payload, done) => done(null, undefined));
  const options = { schema, bodyLimit: Number.MAX_SAFE_INTEGER, config: { isStreamed: true } };
  app.put<IdPath>('/imports/:id/content', options, async (request) => {
    const gone = new AbortController();
    request.raw.once('aborted', () => gone.abort(new Error('the sender went away')));
    const id = importId(request.params.id);
    const signal = AbortSignal.any([gone.signal, deps.gate.closing(request.tenant.key)]);
    return encodeImport(await receiver.receive(request.tenant.scope, id, request.raw, signal));
  });
}

/** Adds the operations. */
export async function addImportRoutes(app: FastifyInstance, deps: RouteDependencies): Promise<void> {
  addAnnounce(app, deps);
  addList(app, deps);
  addFind(app, deps);
  await app.register(async (content) => addContent(content, deps));
}
