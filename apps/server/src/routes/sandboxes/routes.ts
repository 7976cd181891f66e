/** The sandboxes of an organisation: what clients ask for when they start. */
import { decodeSandboxName, Problem, type Sandbox, type Scope } from '@muster/audience';
import {
  checkSandboxChange,
  decodeNewSandbox,
  decodeSandboxPage,
  decodeSandboxTitle,
  encodeDeletedSandbox,
  encodeManagedSandbox,
  encodeManagedSandboxList,
  ManagedSandboxListResource,
  ManagedSandboxResource,
  NewSandboxBody,
  OffsetParameters,
  SandboxChangeBody,
  SandboxTitleBody,
  SandboxTypesResource,
} from '@muster/wire';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { sandboxManagementPath as base, errorResponses } from '../../http/api-schema.ts';
import { createSandbox } from '../../use-cases/create-sandbox.ts';
import { noSandbox, removeSandbox } from '../../use-cases/remove-sandbox.ts';
import { renameSandbox } from '../../use-cases/rename-sandbox.ts';
import type { QueryString, RouteDependencies } from '../dependencies.ts';

const tags = ['sandboxes'];

type SandboxDependencies = Pick<RouteDependencies, 'control' | 'clock' | 'removal'>;

function addLists(app: FastifyInstance, { control }: SandboxDependencies): void {
  const lists = [
    { path: `${base}/`, operationId: 'listAvailableSandboxes', summary: 'List the sandboxes that the caller can use' },
    { path: `${base}/sandboxes`, operationId: 'listSandboxes', summary: 'List the sandboxes of the organisation' },
  ];
  for (const { path, operationId, summary } of lists) {
    const schema = {
      tags,
      operationId,
      summary,
      querystring: OffsetParameters,
      response: { 200: ManagedSandboxListResource, ...errorResponses(400) },
    };
    app.get<QueryString>(path, { schema }, async (request) => {
      const page = decodeSandboxPage(request.query);
      if (page instanceof Problem) throw page;
      const all = await control.sandboxes.list(request.tenant.scope);
      return encodeManagedSandboxList(page, all, path);
    });
  }
}

interface NamePath {
  readonly Params: { readonly name: string };
}

const nameParameter = Type.Object({ name: Type.String({ description: 'The name of the sandbox.' }) });

async function findSandbox({ control }: SandboxDependencies, request: FastifyRequest<NamePath>): Promise<Sandbox> {
  const name = decodeSandboxName(request.params.name);
  const sandbox = name === null ? null : await control.sandboxes.find(request.tenant.scope, name);
  if (sandbox !== null) return sandbox;
  throw noSandbox();
}

/** The sandbox of the caller's organisation that a path names, as a scope. Throws `sandboxNotFound`. */
function scopeOf(request: FastifyRequest<NamePath>): Scope {
  const sandbox = decodeSandboxName(request.params.name);
  if (sandbox !== null) return { ...request.tenant.scope, sandbox };
  throw noSandbox();
}

/** What only an administrator may do. */
function addRemovals(app: FastifyInstance, { control, removal }: SandboxDependencies): void {
  const common = { tags, params: nameParameter };
  const config = { access: 'admin' } as const;
  const reset = {
    ...common,
    operationId: 'resetSandbox',
    summary: 'Empty a sandbox',
    description: 'Everything in it is gone when this answers; the sandbox itself stays.',
    body: SandboxChangeBody,
    response: { 200: ManagedSandboxResource, ...errorResponses(400, 404, 409, 413, 415, 503) },
  };
  app.put<NamePath>(`${base}/sandboxes/:name`, { schema: reset, config }, async (request) => {
    const scope = scopeOf(request);
    if ((await control.sandboxes.find(scope, scope.sandbox)) === null) throw noSandbox();
    const refusal = checkSandboxChange(request.body);
    if (refusal !== null) throw refusal;
    return encodeManagedSandbox(await removeSandbox(removal, scope, 'resetting'));
  });
  const remove = {
    ...common,
    operationId: 'deleteSandbox',
    summary: 'Delete a sandbox and everything in it',
    response: { 200: ManagedSandboxResource, ...errorResponses(400, 404, 409, 503) },
  };
  app.delete<NamePath>(`${base}/sandboxes/:name`, { schema: remove, config }, async (request) =>
    encodeDeletedSandbox(await removeSandbox(removal, scopeOf(request), 'deleting')),
  );
}

function addRename(app: FastifyInstance, deps: SandboxDependencies): void {
  const schema = {
    tags,
    operationId: 'renameSandbox',
    summary: 'Change the title of a sandbox',
    params: nameParameter,
    body: SandboxTitleBody,
    response: { 200: ManagedSandboxResource, ...errorResponses(400, 404, 409, 413, 415) },
  };
  app.patch<NamePath>(`${base}/sandboxes/:name`, { schema }, async (request) => {
    const scope = scopeOf(request);
    const title = decodeSandboxTitle(request.body);
    if (title instanceof Problem) throw title;
    return encodeManagedSandbox(await renameSandbox(deps, scope, title));
  });
}

/** Adds the operations. */
export function addSandboxRoutes(app: FastifyInstance, deps: SandboxDependencies): void {
  addLists(app, deps);
  addRename(app, deps);
  addRemovals(app, deps);
  const find = {
    tags,
    operationId: 'getSandbox',
    summary: 'Look up a sandbox',
    params: nameParameter,
    response: { 200: ManagedSandboxResource, ...errorResponses(404) },
  };
  app.get<NamePath>(`${base}/sandboxes/:name`, { schema: find }, async (request) =>
    encodeManagedSandbox(await findSandbox(deps, request)),
  );
  const create = {
    tags,
    operationId: 'createSandbox',
    summary: 'Create a development sandbox',
    body: NewSandboxBody,
    response: { 200: ManagedSandboxResource, ...errorResponses(400, 409, 413, 415) },
  };
  app.post(`${base}/sandboxes`, { schema: create }, async (request) => {
    const wanted = decodeNewSandbox(request.body);
    if (wanted instanceof Problem) throw wanted;
    return encodeManagedSandbox(await createSandbox(deps, request.tenant.scope, wanted));
  });
  const types = {
    tags,
    operationId: 'listSandboxTypes',
    summary: 'List the kinds of sandboxes',
    response: { 200: SandboxTypesResource },
  };
  app.get(`${base}/sandboxTypes`, { schema: types }, async () => ({ sandboxTypes: ['production', 'development'] }));
}
