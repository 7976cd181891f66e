/** `/segment/jobs`: batch evaluations. */
import { JobBulkResource, type JobListParameters, JobListResource, JobResource, type NewJobBody } from '@muster/wire';
import type { Static } from 'typebox';
import { clientLimits } from '../../limits.ts';
import { iteratePages, pageIndex } from '../../paging/iterate-pages.ts';
import { asOfHeaders, type CallOptions, pathOf } from '../../transport/call.ts';
import type { Transport } from '../../transport/transport.ts';

/** A body that starts a job: the audiences, or `*` for all. */
export type NewJob = Static<typeof NewJobBody>;

/** What starting a job may be told. */
export interface NewJobOptions extends CallOptions {
  /** `now` of the run, ISO 8601: sent as `x-muster-as-of`. The clock of the server unless given. */
  readonly asOf?: string | undefined;
}

/** What waiting may be told. */
export interface WaitOptions extends CallOptions {
  /** The first pause between two looks; each one after it is half as long again. */
  readonly pollMsMin?: number;
  readonly pollMsMax?: number;
  /** Told of every look. */
  readonly onProgress?: (job: JobResource) => void;
}

const root = ['segment', 'jobs'] as const;
const endStatuses: ReadonlySet<string> = new Set(['SUCCEEDED', 'FAILED', 'CANCELLED']);

/** Batch evaluations. */
export class SegmentJobs {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Starts an evaluation. Repeated only when it was refused as one too many. */
  create(json: NewJob, options: NewJobOptions = {}): Promise<JobResource> {
    const headers = asOfHeaders(options.asOf);
    const call = { method: 'POST', path: pathOf(...root), headers, json, isRepeatable: false } as const;
    return this.#transport.json(JobResource, call, options);
  }

  /** A page of jobs, newest first unless sorted otherwise. */
  list(query: JobListParameters = {}, options: CallOptions = {}): Promise<JobListResource> {
    const call = { method: 'GET', path: pathOf(...root), query, isRepeatable: true } as const;
    return this.#transport.json(JobListResource, call, options);
  }

  /** All jobs from a page on. */
  iterate(query: JobListParameters = {}, options: CallOptions = {}): AsyncGenerator<JobResource, void> {
    return iteratePages(query.start, async (start = 0) => {
      const { children, _page } = await this.list({ ...query, start }, options);
      return { items: children, next: pageIndex(_page.next) };
    });
  }

  /** A job. */
  get(id: string, options: CallOptions = {}): Promise<JobResource> {
    const call = { method: 'GET', path: pathOf(...root, id), isRepeatable: true } as const;
    return this.#transport.json(JobResource, call, options);
  }

  /** Cancels a job. Cancelling twice is fine. */
  cancel(id: string, options: CallOptions = {}): Promise<void> {
    const call = { method: 'DELETE', path: pathOf(...root, id), isRepeatable: true } as const;
    return this.#transport.nothing(call, options);
  }

  /** Several jobs by their ids; those that are not there have no `id`. */
  bulkGet(ids: readonly string[], options: CallOptions = {}): Promise<Static<typeof JobBulkResource>> {
    const json = { ids: ids.map((id) => ({ id })) };
    const call = { method: 'POST', path: pathOf(...root, 'bulk-get'), json, isRepeatable: true } as const;
    return this.#transport.json(JobBulkResource, call, options);
  }

  /** The job once it has ended, however it did: its `status` says. Waits as long as that takes, or until the signal. */
  async waitFor(id: string, options: WaitOptions = {}): Promise<JobResource> {
    const { pollMsMin = clientLimits.pollMsMin, pollMsMax = clientLimits.pollMsMax, onProgress } = options;
    for (let pollMs = pollMsMin; ; pollMs = Math.min(pollMs * 1.5, pollMsMax)) {
      const job = await this.get(id, options);
      onProgress?.(job);
      if (endStatuses.has(job.status)) return job;
      await this.#transport.pause(pollMs, options);
    }
  }
}
