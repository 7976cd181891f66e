/** `/muster/clock`: the clock of a server that runs for tests. An extension, in `dev` mode only. */
import { type ClockAdvanceBody, type ClockChangeBody, ClockResource } from '@muster/wire';
import type { Static } from 'typebox';
import type { CallOptions } from '../../transport/call.ts';
import type { Transport } from '../../transport/transport.ts';

/** What a clock is to do. */
export type ClockChange = Static<typeof ClockChangeBody>;
/** How much time is to pass: the sum of the members. */
export type ClockAdvance = Static<typeof ClockAdvanceBody>;

const path = '/muster/clock';

/** The clock of the server, one for all. */
export class ServerClock {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** What time it is for the server. */
  get(options: CallOptions = {}): Promise<ClockResource> {
    return this.#transport.json(ClockResource, { method: 'GET', path, isRepeatable: true }, options);
  }

  /** Sets the clock. Forward, the scheduled runs on the way have ended when this answers. */
  set(json: ClockChange, options: CallOptions = {}): Promise<ClockResource> {
    return this.#transport.json(ClockResource, { method: 'PUT', path, json, isRepeatable: true }, options);
  }

  /** Lets time pass. Not repeated: twice as much would pass. */
  advance(json: ClockAdvance, options: CallOptions = {}): Promise<ClockResource> {
    const call = { method: 'POST', path: `${path}/advance`, json, isRepeatable: false } as const;
    return this.#transport.json(ClockResource, call, options);
  }
}
