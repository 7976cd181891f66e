/** The sandboxes of an organisation: what clients ask for when they start. */
import { decodeSandboxName, Problem, type Sandbox } from '@muster/audience';
import {
  decodeNewSandbox,
  decodeSandboxPage,
  encodeManagedSandbox,
  encodeManagedSandboxList,
  ManagedSandboxListResource,
  ManagedSandboxResource,
  NewSandboxBody,
  OffsetParameters,
  SandboxTypesResource,
} from '@muster/wire';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { sandboxManagementPath as base, errorResponses } from '../../http/api-schema.ts';
import { createSandbox } from '../../use-cases/create-sandbox.ts';
import type { UseCaseDependencies } from '../../use-cases/ports.ts';
import type { QueryString } from '../dependencies.ts';

const tags = ['sandboxes'];

type SandboxDependencies = Pick<UseCaseDependencies, 'control' | 'clock'>;

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

async function findSandbox({ control }: SandboxDependencies, request: FastifyRequest<NamePath>): Promise<Sandbox> {
  const name = decodeSandboxName(request.params.name);
  const sandbox = name === null ? null : await control.sandboxes.find(request.tenant.scope, name);
  if (sandbox !== null) return sandbox;
  throw new Problem('sandboxNotFound', [{ message: 'the organisation has no sandbox of this name', field: 'name' }]);
}

/** Adds the operations. */
export function addSandboxRoutes(app: FastifyInstance, deps: SandboxDependencies): void {
  addLists(app, deps);
  const find = {
    tags,
    operationId: 'getSandbox',
    summary: 'Look up a sandbox',
    params: Type.Object({ name: Type.String({ description: 'The name of the sandbox.' }) }),
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
    const name = decodeNewSandbox(request.body);
    if (name instanceof Problem) throw name;
    return encodeManagedSandbox(await createSandbox(deps, request.tenant.scope, name));
  });
  const types = {
    tags,
    operationId: 'listSandboxTypes',
    summary: 'List the kinds of sandboxes',
    response: { 200: SandboxTypesResource },
  };
  app.get(`${base}/sandboxTypes`, { schema: types }, async () => ({ sandboxTypes: ['production', 'development'] }));
}
