/** `/data/core/ais/external-audience`: audiences whose members come in files. */
import {
  AudienceMetadataResource,
  ExtendedResource,
  type ExternalAudienceChangeBody,
  ExternalOperationAccepted,
  ExternalOperationResource,
  ExternalRunListResource,
  ExternalRunResource,
  ExternalRunStatusResource,
  ExternalSourceAudienceResource,
  type NewAudienceMetadataBody,
  type NewExternalAudienceBody,
  type NewExternalRunBody,
} from '@muster/wire';
import type { Static } from 'typebox';
import type { CallOptions } from '../../transport/call.ts';
import type { Transport } from '../../transport/transport.ts';

/** A body that makes an external audience. */
export type NewExternalAudience = Static<typeof NewExternalAudienceBody>;
/** A body that makes the metadata of an audience. */
export type NewAudienceMetadata = Static<typeof NewAudienceMetadataBody>;
/** A body that changes an external audience. */
export type ExternalAudienceChange = Static<typeof ExternalAudienceChangeBody>;
/** A body that starts the reading of files. */
export type NewExternalRun = Static<typeof NewExternalRunBody>;

const pathOf = (...parts: readonly string[]): string =>
  ['/data/core/ais/external-audience', ...parts.map(encodeURIComponent)].join('/');

/** External audiences with their sources. */
export class ExternalAudiences {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Starts the making of an external audience; `operation` tells how it went. Not repeated: there would be two. */
  create(json: NewExternalAudience, options: CallOptions = {}): Promise<Static<typeof ExternalOperationAccepted>> {
    const call = { method: 'POST', path: pathOf(), json, isRepeatable: false } as const;
    return this.#transport.json(ExternalOperationAccepted, call, options);
  }

  /**
   * Makes the metadata of an audience whose members somebody else brings. Not repeated: with an `audienceId` the second
   * request would be a conflict, without one there would be two.
   */
  createMetadata(json: NewAudienceMetadata, options: CallOptions = {}): Promise<AudienceMetadataResource> {
    const path = '/data/core/ais/audiences?createAudienceMetaOnly=true';
    return this.#transport.json(AudienceMetadataResource, { method: 'POST', path, json, isRepeatable: false }, options);
  }

  /** The making of an external audience as it is now. */
  operation(id: string, options: CallOptions = {}): Promise<ExternalOperationResource> {
    const call = { method: 'GET', path: pathOf('operations', id), isRepeatable: true } as const;
    return this.#transport.json(ExternalOperationResource, call, options);
  }

  /** Changes an external audience: what is there replaces what was. */
  change(id: string, json: ExternalAudienceChange, options: CallOptions = {}): Promise<ExternalSourceAudienceResource> {
    const call = { method: 'PATCH', path: pathOf(id), json, isRepeatable: true } as const;
    return this.#transport.json(ExternalSourceAudienceResource, call, options);
  }

  /** Deletes an external audience. */
  delete(id: string, options: CallOptions = {}): Promise<void> {
    const call = { method: 'DELETE', path: pathOf(id), isRepeatable: true, isDoneWhenGone: true } as const;
    return this.#transport.nothing(call, options);
  }

  /** Lets an external audience live for another full time. */
  extend(id: string, options: CallOptions = {}): Promise<Static<typeof ExtendedResource>> {
    const call = { method: 'POST', path: pathOf('extend-ttl', id), json: {}, isRepeatable: true } as const;
    return this.#transport.json(ExtendedResource, call, options);
  }

  /** Starts the reading of files. Not repeated: there would be two runs. */
  startRun(id: string, json: NewExternalRun, options: CallOptions = {}): Promise<ExternalRunResource> {
    const call = { method: 'POST', path: pathOf(id, 'runs'), json, isRepeatable: false } as const;
    return this.#transport.json(ExternalRunResource, call, options);
  }

  /** The runs of an external audience, newest first. */
  runs(id: string, options: CallOptions = {}): Promise<Static<typeof ExternalRunListResource>> {
    const call = { method: 'GET', path: pathOf(id, 'runs'), isRepeatable: true } as const;
    return this.#transport.json(ExternalRunListResource, call, options);
  }

  /** A run as it is now. */
  run(id: string, runId: string, options: CallOptions = {}): Promise<ExternalRunStatusResource> {
    const call = { method: 'GET', path: pathOf(id, 'runs', runId), isRepeatable: true } as const;
    return this.#transport.json(ExternalRunStatusResource, call, options);
  }
}
