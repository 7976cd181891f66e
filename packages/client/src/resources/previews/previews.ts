/** `/preview` and `/estimate`: who a rule would find, before it is an audience. */
import {
  CancelledResource,
  EstimateResource,
  type NewPreviewBody,
  type PreviewParameters,
  PreviewResource,
  PreviewResultsResource,
} from '@muster/wire';
import type { Static } from 'typebox';
import { clientLimits } from '../../limits.ts';
import { asOfHeaders, type CallOptions, pathOf } from '../../transport/call.ts';
import type { Transport } from '../../transport/transport.ts';

/** A body that asks who a rule would find. */
export type NewPreview = Static<typeof NewPreviewBody>;

/** What starting a preview may be told. */
export interface NewPreviewOptions extends CallOptions {
  /** `now` of the rule, ISO 8601: sent as `x-muster-as-of`. The clock of the server unless given. */
  readonly asOf?: string | undefined;
}

const endStates: ReadonlySet<string> = new Set(['RESULT_READY', 'FAILED', 'CANCELLED']);

/** Previews and estimates. */
export class Previews {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Starts a preview. Repeated, like a question, since previews are forgotten by themselves. */
  create(json: NewPreview, options: NewPreviewOptions = {}): Promise<PreviewResource> {
    const headers = asOfHeaders(options.asOf);
    const call = { method: 'POST', path: pathOf('preview'), headers, json, isRepeatable: true } as const;
    return this.#transport.json(PreviewResource, call, options);
  }

  /** A page of the profiles that a preview found. */
  results(id: string, query: PreviewParameters = {}, options: CallOptions = {}): Promise<PreviewResultsResource> {
    const call = { method: 'GET', path: pathOf('preview', id), query, isRepeatable: true } as const;
    return this.#transport.json(PreviewResultsResource, call, options);
  }

  /** How many profiles a preview found, as far as it is. */
  estimate(id: string, options: CallOptions = {}): Promise<EstimateResource> {
    const call = { method: 'GET', path: pathOf('estimate', id), isRepeatable: true } as const;
    return this.#transport.json(EstimateResource, call, options);
  }

  /** The estimate once it is ready, has failed or is cancelled: its `state` says. */
  async waitFor(id: string, options: CallOptions = {}): Promise<EstimateResource> {
    const { pollMsMin, pollMsMax } = clientLimits;
    for (let pollMs: number = pollMsMin; ; pollMs = Math.min(pollMs * 1.5, pollMsMax)) {
      const estimate = await this.estimate(id, options);
      if (endStates.has(estimate.state)) return estimate;
      await this.#transport.pause(pollMs, options);
    }
  }

  /** Cancels a preview. */
  cancel(id: string, options: CallOptions = {}): Promise<Static<typeof CancelledResource>> {
    const call = { method: 'DELETE', path: pathOf('preview', id), isRepeatable: false } as const;
    return this.#transport.json(CancelledResource, call, options);
  }
}
