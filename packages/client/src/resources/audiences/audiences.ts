/** `/audiences`: definitions of audiences. */
import {
  type AudienceListParameters,
  AudienceListResource,
  AudienceResource,
  BulkGetResource,
  type BulkMetricBody,
  BulkMetricResource,
  type ChangedAudienceBody,
  type NewAudienceBody,
  type PatchBody,
} from '@muster/wire';
import type { Static } from 'typebox';
import { iteratePages, pageIndex } from '../../paging/iterate-pages.ts';
import { type CallOptions, pathOf } from '../../transport/call.ts';
import type { Transport } from '../../transport/transport.ts';

/** A body that creates an audience. */
export type NewAudience = Static<typeof NewAudienceBody>;
/** A body that overwrites an audience. */
export type ChangedAudience = Static<typeof ChangedAudienceBody>;
/** The operations of a JSON Patch. */
export type AudiencePatch = Static<typeof PatchBody>;
/** Sizes of external audiences. */
export type MetricReport = Static<typeof BulkMetricBody>;

/** What a write may be told. */
export interface WriteOptions extends CallOptions {
  /** The `_etag` that the writer has seen: refused with `MusterPreconditionFailedError` when it is another by now. */
  readonly ifMatch?: string | undefined;
}

/** What creating may be told. */
export interface CreateOptions extends CallOptions {
  /** A name for the request: sent again with it, also by another process, it creates nothing more. */
  readonly idempotencyKey?: string | undefined;
}

const conditionOf = ({ ifMatch }: WriteOptions): Readonly<Record<string, string>> =>
  ifMatch === undefined ? {} : { 'if-match': ifMatch };

/** Definitions of audiences. */
export class Audiences {
  readonly #transport: Transport;
  readonly #newKey: () => string;

  constructor(transport: Transport, newKey: () => string) {
    this.#transport = transport;
    this.#newKey = newKey;
  }

  /** Creates an audience. Sent with a key of its own unless one is given, so that it can be repeated. */
  create(json: NewAudience, options: CreateOptions = {}): Promise<AudienceResource> {
    const headers = { 'idempotency-key': options.idempotencyKey ?? this.#newKey() };
    const call = { method: 'POST', path: pathOf('audiences'), headers, json, isRepeatable: true } as const;
    return this.#transport.json(AudienceResource, call, options);
  }

  /** A page of audiences. */
  list(query: AudienceListParameters = {}, options: CallOptions = {}): Promise<AudienceListResource> {
    const call = { method: 'GET', path: pathOf('audiences'), query, isRepeatable: true } as const;
    return this.#transport.json(AudienceListResource, call, options);
  }

  /**
   * All audiences from a page on. Pages are counted, so that what is created or deleted meanwhile may move one over
   * their edge; `sort: 'creationTime:asc'` lets new ones come last.
   */
  iterate(query: AudienceListParameters = {}, options: CallOptions = {}): AsyncGenerator<AudienceResource, void> {
    return iteratePages(query.start, async (start = 0) => {
      const { children, _page } = await this.list({ ...query, start }, options);
      return { items: children, next: pageIndex(_page.next) };
    });
  }

  /** An audience. */
  get(id: string, options: CallOptions = {}): Promise<AudienceResource> {
    const call = { method: 'GET', path: pathOf('audiences', id), isRepeatable: true } as const;
    return this.#transport.json(AudienceResource, call, options);
  }

  /** Changes fields by a JSON Patch, and gives the audience as it is then. Not repeated: a patch may add twice. */
  patch(id: string, json: AudiencePatch, options: WriteOptions = {}): Promise<AudienceResource> {
    const path = pathOf('audiences', id);
    const call = { method: 'PATCH', path, headers: conditionOf(options), json, isRepeatable: false } as const;
    return this.#transport.json(AudienceResource, call, options);
  }

  /** Overwrites an audience. Not repeated with `ifMatch`, which the first attempt may have made untrue. */
  replace(id: string, json: ChangedAudience, options: WriteOptions = {}): Promise<AudienceResource> {
    const isRepeatable = options.ifMatch === undefined;
    const path = pathOf('audiences', id);
    const call = { method: 'PUT', path, headers: conditionOf(options), json, isRepeatable } as const;
    return this.#transport.json(AudienceResource, call, options);
  }

  /** Deletes an audience. */
  delete(id: string, options: WriteOptions = {}): Promise<void> {
    const path = pathOf('audiences', id);
    const headers = conditionOf(options);
    const call = { method: 'DELETE', path, headers, isRepeatable: true, isDoneWhenGone: true } as const;
    return this.#transport.nothing(call, options);
  }

  /** Several audiences by their ids; those that are not there have `errors` in place of an `id`. */
  bulkGet(ids: readonly string[], options: CallOptions = {}): Promise<BulkGetResource> {
    const json = { ids: ids.map((id) => ({ id })) };
    const call = { method: 'POST', path: pathOf('audiences', 'bulk-get'), json, isRepeatable: true } as const;
    return this.#transport.json(BulkGetResource, call, options);
  }

  /** Reports sizes of external audiences. */
  reportMetrics(json: MetricReport, options: CallOptions = {}): Promise<BulkMetricResource> {
    const call = { method: 'POST', path: pathOf('audiences', 'bulk-patch-metric'), json, isRepeatable: true } as const;
    return this.#transport.json(BulkMetricResource, call, options);
  }
}
