/** `/search`: audiences by words. */
import { Problem } from '@muster/audience';
import {
  decodeEntitySearch,
  decodeNamespaceSearch,
  decodeTaxonomySearch,
  encodeSearchEntities,
  encodeSearchNamespaces,
  encodeSearchTaxonomy,
  SearchEntitiesResource,
  SearchNamespacesResource,
  SearchTaxonomyResource,
  searchedClass,
  wireLimits,
} from '@muster/wire';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { errorResponses } from '../../http/api-schema.ts';
import { countByNamespace, findSearched, searchAudiences } from '../../use-cases/search-audiences.ts';
import type { QueryString, RouteDependencies } from '../dependencies.ts';

const tags = ['search'];

const classParameters = {
  'schema.name': Type.Optional(
    Type.String({ description: `\`${searchedClass}\`; required, unless \`schemaClass\` is there.` }),
  ),
  schemaClass: Type.Optional(Type.String({ description: 'The same under another name.' })),
};
const queryParameter = Type.Optional(
  Type.String({
    description:
      'Words, phrases, `*` and `?`, `field:`, brackets, AND, OR and NOT, such as `segmentName:cart* AND NOT draft`.',
  }),
);

function addNamespaces(app: FastifyInstance, deps: RouteDependencies): void {
  const schema = {
    tags,
    operationId: 'searchNamespaces',
    summary: 'Count what a search finds in each namespace',
    querystring: Type.Object({ ...classParameters, s: queryParameter }),
    response: { 200: SearchNamespacesResource, ...errorResponses(400) },
  };
  app.get<QueryString>('/search/namespaces', { schema }, async (request) => {
    const query = decodeNamespaceSearch(request.query);
    if (query instanceof Problem) throw query;
    return encodeSearchNamespaces(await countByNamespace(deps, request.tenant.scope, query));
  });
}

function addEntities(app: FastifyInstance, deps: RouteDependencies): void {
  const schema = {
    tags,
    operationId: 'searchEntities',
    summary: 'Search the audiences of a namespace',
    querystring: Type.Object({
      ...classParameters,
      namespace: Type.String(),
      s: queryParameter,
      entityId: Type.Optional(Type.String({ description: 'A folder. There is only `root`.' })),
      page: Type.Optional(Type.Integer({ minimum: 0 })),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: wireLimits.searchPageMax })),
    }),
    response: { 200: SearchEntitiesResource, ...errorResponses(400) },
  };
  app.get<QueryString>('/search/entities', { schema }, async (request) => {
    const search = decodeEntitySearch(request.query);
    if (search instanceof Problem) throw search;
    const { audiences, totalCount } = await searchAudiences(deps, request.tenant.scope, search);
    return encodeSearchEntities(search, audiences, totalCount);
  });
}

function addTaxonomy(app: FastifyInstance, deps: RouteDependencies): void {
  const schema = {
    tags,
    operationId: 'searchTaxonomy',
    summary: 'List the folders above an audience',
    querystring: Type.Object({ ...classParameters, namespace: Type.String(), entityId: Type.String() }),
    response: { 200: SearchTaxonomyResource, ...errorResponses(400, 404) },
  };
  app.get<QueryString>('/search/taxonomy', { schema }, async (request) => {
    const wanted = decodeTaxonomySearch(request.query);
    if (wanted instanceof Problem) throw wanted;
    return encodeSearchTaxonomy(await findSearched(deps, request.tenant.scope, wanted));
  });
}

/** Adds the operations. */
export function addSearchRoutes(app: FastifyInstance, deps: RouteDependencies): void {
  addNamespaces(app, deps);
  addEntities(app, deps);
  addTaxonomy(app, deps);
}
