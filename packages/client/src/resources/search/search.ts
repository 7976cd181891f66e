/** `/search`: audiences by words. */
import {
  type SearchEntitiesParameters,
  SearchEntitiesResource,
  type SearchNamespacesParameters,
  SearchNamespacesResource,
  type SearchTaxonomyParameters,
  SearchTaxonomyResource,
} from '@muster/wire';
import { type CallOptions, pathOf } from '../../transport/call.ts';
import type { Transport } from '../../transport/transport.ts';

/** The search over audiences. */
export class Search {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** How much a search finds in each namespace. */
  namespaces(query: SearchNamespacesParameters, options: CallOptions = {}): Promise<SearchNamespacesResource> {
    const call = { method: 'GET', path: pathOf('search', 'namespaces'), query, isRepeatable: true } as const;
    return this.#transport.json(SearchNamespacesResource, call, options);
  }

  /** A page of what a search finds in a namespace. */
  entities(query: SearchEntitiesParameters, options: CallOptions = {}): Promise<SearchEntitiesResource> {
    const call = { method: 'GET', path: pathOf('search', 'entities'), query, isRepeatable: true } as const;
    return this.#transport.json(SearchEntitiesResource, call, options);
  }

  /** The folders above an audience. */
  taxonomy(query: SearchTaxonomyParameters, options: CallOptions = {}): Promise<SearchTaxonomyResource> {
    const call = { method: 'GET', path: pathOf('search', 'taxonomy'), query, isRepeatable: true } as const;
    return this.#transport.json(SearchTaxonomyResource, call, options);
  }
}
