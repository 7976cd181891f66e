/** `/data/foundation/sandbox-management`: the sandboxes of the organisation, whichever sandbox the client is for. */
import {
  ManagedSandboxListResource,
  ManagedSandboxResource,
  type NewSandboxBody,
  type OffsetParameters,
  SandboxTypesResource,
} from '@muster/wire';
import type { Static } from 'typebox';
import { iteratePages } from '../../paging/iterate-pages.ts';
import type { CallOptions } from '../../transport/call.ts';
import type { Transport } from '../../transport/transport.ts';

/** A body that creates a sandbox. */
export type NewSandbox = Static<typeof NewSandboxBody>;

const root = '/data/foundation/sandbox-management';

/** The sandboxes of the organisation. */
export class Sandboxes {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Creates a development sandbox. Not repeated: a second attempt would be told that it exists. */
  create(json: NewSandbox, options: CallOptions = {}): Promise<ManagedSandboxResource> {
    const call = { method: 'POST', path: `${root}/sandboxes`, json, isRepeatable: false } as const;
    return this.#transport.json(ManagedSandboxResource, call, options);
  }

  /** A page of all sandboxes. */
  list(query: OffsetParameters = {}, options: CallOptions = {}): Promise<ManagedSandboxListResource> {
    const call = { method: 'GET', path: `${root}/sandboxes`, query, isRepeatable: true } as const;
    return this.#transport.json(ManagedSandboxListResource, call, options);
  }

  /** A page of the sandboxes that the caller can use. */
  listAvailable(query: OffsetParameters = {}, options: CallOptions = {}): Promise<ManagedSandboxListResource> {
    const call = { method: 'GET', path: `${root}/`, query, isRepeatable: true } as const;
    return this.#transport.json(ManagedSandboxListResource, call, options);
  }

  /** All sandboxes from an offset on. */
  iterate(query: OffsetParameters = {}, options: CallOptions = {}): AsyncGenerator<ManagedSandboxResource, void> {
    return iteratePages(query.offset, async (offset = 0) => {
      const { sandboxes, _links } = await this.list({ ...query, offset }, options);
      return { items: sandboxes, next: _links.next === undefined ? undefined : offset + sandboxes.length };
    });
  }

  /** A sandbox. */
  get(name: string, options: CallOptions = {}): Promise<ManagedSandboxResource> {
    const path = `${root}/sandboxes/${encodeURIComponent(name)}`;
    return this.#transport.json(ManagedSandboxResource, { method: 'GET', path, isRepeatable: true }, options);
  }

  /** Gives a sandbox another title. */
  rename(name: string, title: string, options: CallOptions = {}): Promise<ManagedSandboxResource> {
    const path = `${root}/sandboxes/${encodeURIComponent(name)}`;
    const call = { method: 'PATCH', path, json: { title }, isRepeatable: true } as const;
    return this.#transport.json(ManagedSandboxResource, call, options);
  }

  /** Removes everything in a sandbox and gives the sandbox. */
  reset(name: string, options: CallOptions = {}): Promise<ManagedSandboxResource> {
    const path = `${root}/sandboxes/${encodeURIComponent(name)}`;
    const call = { method: 'PUT', path, json: { action: 'reset' }, isRepeatable: true } as const;
    return this.#transport.json(ManagedSandboxResource, call, options);
  }

  /** Deletes a sandbox and gives it as it was. Not repeated: a second attempt would not find it. */
  delete(name: string, options: CallOptions = {}): Promise<ManagedSandboxResource> {
    const path = `${root}/sandboxes/${encodeURIComponent(name)}`;
    return this.#transport.json(ManagedSandboxResource, { method: 'DELETE', path, isRepeatable: false }, options);
  }

  /** The kinds of sandboxes. */
  types(options: CallOptions = {}): Promise<Static<typeof SandboxTypesResource>> {
    const call = { method: 'GET', path: `${root}/sandboxTypes`, isRepeatable: true } as const;
    return this.#transport.json(SandboxTypesResource, call, options);
  }
}
