/** `/segment/definitions`: platform audiences in the words of the older resource; and `/segment/conversion`. */
import {
  type ChangedDefinitionBody,
  type ConversionBody,
  ConversionResource,
  DefinitionBulkResource,
  DefinitionDeletedResource,
  type DefinitionListParameters,
  DefinitionListResource,
  DefinitionResource,
  type NewDefinitionBody,
} from '@muster/wire';
import type { Static } from 'typebox';
import { iteratePages } from '../../paging/iterate-pages.ts';
import { type CallOptions, pathOf } from '../../transport/call.ts';
import type { Transport } from '../../transport/transport.ts';

/** A body that creates a segment definition. */
export type NewDefinition = Static<typeof NewDefinitionBody>;
/** A body that changes a segment definition: what it leaves out stays. */
export type ChangedDefinition = Static<typeof ChangedDefinitionBody>;
/** An expression to convert. */
export type Conversion = Static<typeof ConversionBody>;

const root = ['segment', 'definitions'] as const;

/** Segment definitions. */
export class SegmentDefinitions {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Creates a definition. Not repeated: the resource knows no idempotency keys. */
  create(json: NewDefinition, options: CallOptions = {}): Promise<DefinitionResource> {
    const call = { method: 'POST', path: pathOf(...root), json, isRepeatable: false } as const;
    return this.#transport.json(DefinitionResource, call, options);
  }

  /** A page of definitions. */
  list(query: DefinitionListParameters = {}, options: CallOptions = {}): Promise<DefinitionListResource> {
    const call = { method: 'GET', path: pathOf(...root), query, isRepeatable: true } as const;
    return this.#transport.json(DefinitionListResource, call, options);
  }

  /** All definitions from a page on. */
  iterate(query: DefinitionListParameters = {}, options: CallOptions = {}): AsyncGenerator<DefinitionResource, void> {
    const { page, ...others } = query;
    return iteratePages(page ?? others.start, async (start = 0) => {
      const { segments, link } = await this.list({ ...others, start }, options);
      return { items: segments, next: link.next === undefined ? undefined : start + 1 };
    });
  }

  /** A definition. */
  get(id: string, options: CallOptions = {}): Promise<DefinitionResource> {
    const call = { method: 'GET', path: pathOf(...root, id), isRepeatable: true } as const;
    return this.#transport.json(DefinitionResource, call, options);
  }

  /** Changes a definition and gives it as it is then. */
  update(id: string, json: ChangedDefinition, options: CallOptions = {}): Promise<DefinitionResource> {
    const call = { method: 'PATCH', path: pathOf(...root, id), json, isRepeatable: true } as const;
    return this.#transport.json(DefinitionResource, call, options);
  }

  /** Deletes a definition. Not repeated: its answer has a body, which a second attempt would not get. */
  delete(id: string, options: CallOptions = {}): Promise<Static<typeof DefinitionDeletedResource>> {
    const call = { method: 'DELETE', path: pathOf(...root, id), isRepeatable: false } as const;
    return this.#transport.json(DefinitionDeletedResource, call, options);
  }

  /** Several definitions by their ids; those that are not there have `errors` in place of an `id`. */
  bulkGet(ids: readonly string[], options: CallOptions = {}): Promise<Static<typeof DefinitionBulkResource>> {
    const json = { ids: ids.map((id) => ({ id })) };
    const call = { method: 'POST', path: pathOf(...root, 'bulk-get'), json, isRepeatable: true } as const;
    return this.#transport.json(DefinitionBulkResource, call, options);
  }

  /** An expression in its other form: `pql/json` of `pql/text`, or back. Nothing is stored. */
  convert(json: Conversion, options: CallOptions = {}): Promise<ConversionResource> {
    const call = { method: 'POST', path: pathOf('segment', 'conversion'), json, isRepeatable: true } as const;
    return this.#transport.json(ConversionResource, call, options);
  }
}
