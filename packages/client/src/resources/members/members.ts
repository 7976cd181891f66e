/** `/audiences/{id}/members`: who is in an audience. An extension. */
import {
  type MemberExportParameters,
  type MemberListParameters,
  MemberListResource,
  type MemberResource,
} from '@muster/wire';
import { iteratePages } from '../../paging/iterate-pages.ts';
import { type CallOptions, pathOf } from '../../transport/call.ts';
import type { Transport } from '../../transport/transport.ts';

/** Members of audiences. */
export class Members {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** A page of the members that the last evaluation found. */
  list(audienceId: string, query: MemberListParameters = {}, options: CallOptions = {}): Promise<MemberListResource> {
    const path = pathOf('audiences', audienceId, 'members');
    return this.#transport.json(MemberListResource, { method: 'GET', path, query, isRepeatable: true }, options);
  }

  /** All members from a page on. */
  iterate(
    audienceId: string,
    query: MemberListParameters = {},
    options: CallOptions = {},
  ): AsyncGenerator<MemberResource, void> {
    return iteratePages(query.start, async (start) => {
      const page = { ...query, ...(start === undefined ? {} : { start }) };
      const { children, _page } = await this.list(audienceId, page, options);
      return { items: children, next: _page.next };
    });
  }

  /** All members as a document, in pieces. */
  export(
    audienceId: string,
    query: MemberExportParameters = {},
    options: CallOptions = {},
  ): Promise<AsyncIterable<Uint8Array>> {
    const path = pathOf('audiences', audienceId, 'members', 'export');
    return this.#transport.bytes({ method: 'GET', path, query, isRepeatable: true }, options);
  }
}
