/** Health and measures, at the root of the server. */
import { LiveResource, ReadyResource } from '@muster/wire';
import type { CallOptions } from '../../transport/call.ts';
import type { Transport } from '../../transport/transport.ts';

/** What operators ask. */
export class Operations {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Says that the process runs. */
  live(options: CallOptions = {}): Promise<LiveResource> {
    return this.#transport.json(LiveResource, { method: 'GET', path: '/health/live', isRepeatable: true }, options);
  }

  /** Whether requests can be answered; that they cannot is an answer too, not an error. */
  ready(options: CallOptions = {}): Promise<ReadyResource> {
    const call = { method: 'GET', path: '/health/ready', isRepeatable: true, accepted: [503] } as const;
    return this.#transport.json(ReadyResource, call, options);
  }

  /** The measures, in the text format of Prometheus. */
  metrics(options: CallOptions = {}): Promise<string> {
    return this.#transport.text({ method: 'GET', path: '/metrics', isRepeatable: true }, options);
  }
}
