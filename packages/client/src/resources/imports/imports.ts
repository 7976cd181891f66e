/** `/imports`: files on their way into profiles and events. An extension. */
import { ImportListResource, ImportResource, type NewImportBody, type PageParameters } from '@muster/wire';
import type { Static } from 'typebox';
import { iteratePages, pageIndex } from '../../paging/iterate-pages.ts';
import { type CallOptions, pathOf } from '../../transport/call.ts';
import type { Transport } from '../../transport/transport.ts';

/** A body that announces a file. */
export type NewImport = Static<typeof NewImportBody>;

/** Imports of files. */
export class Imports {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Announces a file: the import that its fingerprint has, or a new one. */
  create(json: NewImport, options: CallOptions = {}): Promise<ImportResource> {
    const call = { method: 'POST', path: pathOf('imports'), json, isRepeatable: true } as const;
    return this.#transport.json(ImportResource, call, options);
  }

  /**
   * Sends the content of a file, of any size, and gives the import as it ended. Made once, and without a time limit unless
   * one is given; after an interruption, send the content again and it goes on where it was.
   */
  putContent(
    id: string,
    content: AsyncIterable<Uint8Array> | Uint8Array | string,
    options: CallOptions = {},
  ): Promise<ImportResource> {
    const call = { method: 'PUT', path: pathOf('imports', id, 'content'), isRepeatable: false } as const;
    return this.#transport.json(
      ImportResource,
      { ...call, bytes: piecesOf(content) },
      { ...options, timeoutMs: options.timeoutMs ?? null },
    );
  }

  /** A page of imports, newest first. */
  list(query: PageParameters = {}, options: CallOptions = {}): Promise<ImportListResource> {
    const call = { method: 'GET', path: pathOf('imports'), query, isRepeatable: true } as const;
    return this.#transport.json(ImportListResource, call, options);
  }

  /** All imports from a page on. */
  iterate(query: PageParameters = {}, options: CallOptions = {}): AsyncGenerator<ImportResource, void> {
    return iteratePages(query.start, async (start = 0) => {
      const { children, _page } = await this.list({ ...query, start }, options);
      return { items: children, next: pageIndex(_page.next) };
    });
  }

  /** An import. */
  get(id: string, options: CallOptions = {}): Promise<ImportResource> {
    const call = { method: 'GET', path: pathOf('imports', id), isRepeatable: true } as const;
    return this.#transport.json(ImportResource, call, options);
  }
}

/** Content as pieces, whatever it is. */
async function* piecesOf(content: AsyncIterable<Uint8Array> | Uint8Array | string): AsyncGenerator<Uint8Array> {
  if (typeof content === 'string') yield new TextEncoder().encode(content);
  else if (content instanceof Uint8Array) yield content;
  else yield* content;
}
