/** `/export/jobs`: profiles and events into files. */
import {
  CancelledResource,
  ExportJobListResource,
  ExportJobResource,
  type ExportListParameters,
  type NewExportBody,
} from '@muster/wire';
import type { Static } from 'typebox';
import { clientLimits } from '../../limits.ts';
import { iteratePages } from '../../paging/iterate-pages.ts';
import { type CallOptions, pathOf } from '../../transport/call.ts';
import type { Transport } from '../../transport/transport.ts';

const root = ['export', 'jobs'] as const;
const endStatuses: ReadonlySet<string> = new Set(['SUCCEEDED', 'FAILED', 'CANCELLED']);

/** The offset in the link to the next page; undefined at the end. */
function offsetIn(link: string): string | undefined {
  return new URLSearchParams(link.split('?')[1] ?? '').get('offset') ?? undefined;
}

/** Export jobs. */
export class ExportJobs {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Starts an export. Repeated only when it was refused as one too many. */
  create(json: NewExportBody, options: CallOptions = {}): Promise<ExportJobResource> {
    const call = { method: 'POST', path: pathOf(...root), json, isRepeatable: false } as const;
    return this.#transport.json(ExportJobResource, call, options);
  }

  /** A page of export jobs, newest first. */
  list(query: ExportListParameters = {}, options: CallOptions = {}): Promise<ExportJobListResource> {
    const call = { method: 'GET', path: pathOf(...root), query, isRepeatable: true } as const;
    return this.#transport.json(ExportJobListResource, call, options);
  }

  /** All export jobs from a page on. */
  iterate(query: ExportListParameters = {}, options: CallOptions = {}): AsyncGenerator<ExportJobResource, void> {
    return iteratePages(query.offset, async (offset) => {
      const { records, link } = await this.list({ ...query, ...(offset === undefined ? {} : { offset }) }, options);
      return { items: records, next: offsetIn(link.next) };
    });
  }

  /** An export job. */
  get(id: number, options: CallOptions = {}): Promise<ExportJobResource> {
    const call = { method: 'GET', path: pathOf(...root, String(id)), isRepeatable: true } as const;
    return this.#transport.json(ExportJobResource, call, options);
  }

  /** Cancels an export job. */
  cancel(id: number, options: CallOptions = {}): Promise<Static<typeof CancelledResource>> {
    const call = { method: 'DELETE', path: pathOf(...root, String(id)), isRepeatable: true } as const;
    return this.#transport.json(CancelledResource, call, options);
  }

  /** The bytes of a file of an export job, by its name in `muster.files`. */
  file(id: number, name: string, options: CallOptions = {}): Promise<AsyncIterable<Uint8Array>> {
    const path = pathOf(...root, String(id), 'files', name);
    return this.#transport.bytes({ method: 'GET', path, isRepeatable: true }, options);
  }

  /** The job once it has ended, however it did: its `status` says. Waits as long as that takes, or until the signal. */
  async waitFor(id: number, options: CallOptions = {}): Promise<ExportJobResource> {
    const { pollMsMin, pollMsMax } = clientLimits;
    for (let pollMs: number = pollMsMin; ; pollMs = Math.min(pollMs * 1.5, pollMsMax)) {
      const job = await this.get(id, options);
      if (endStatuses.has(job.status)) return job;
      await this.#transport.pause(pollMs, options);
    }
  }
}
