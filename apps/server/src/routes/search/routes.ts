/** `/search`: audiences by words. */
import { Problem } from '@muster/audience';
import {
  decodeEntitySearch,
  decodeNamespaceSearch,
  decodeTaxonomySearch,
  encodeSearchEntities,
  encodeSearchNamespaces,
  encodeSearchTaxonomy,
  SearchEntitiesParameters,
  SearchEntitiesResource,
  SearchNamespacesParameters,
  SearchNamespacesResource,
  SearchTaxonomyParameters,
  SearchTaxonomyResource,
} from '@muster/wire';
import type { FastifyInstance } from 'fastify';
import { errorResponses } from '../../http/api-schema.ts';
import { countByNamespace, findSearched, searchAudiences } from '../../use-cases/search-audiences.ts';
import type { QueryString, RouteDependencies } from '../dependencies.ts';

const tags = ['search'];

function addNamespaces(app: FastifyInstance, deps: RouteDependencies): void {
  const schema = {
    tags,
    operationId: 'searchNamespaces',
    summary: 'Count what a search finds in each namespace',
    querystring: SearchNamespacesParameters,
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
    querystring: SearchEntitiesParameters,
    response: { 200: SearchEntitiesResource, ...errorResponses(400) },
  };
  app.get<QueryString>('/search/entities', { schema }, async (request) => {
    const search = decodeEntitySearch(request.query);
    if (search instanceof Problem) throw search;
    const { items, totalCount } = await searchAudiences(deps, request.tenant.scope, search);
    return encodeSearchEntities(search, items, totalCount);
  });
}

function addTaxonomy(app: FastifyInstance, deps: RouteDependencies): void {
  const schema = {
    tags,
    operationId: 'searchTaxonomy',
    summary: 'List the folders above an audience',
    querystring: SearchTaxonomyParameters,
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
