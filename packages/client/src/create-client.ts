/** A client over its options. */
import { fixedToken, type TokenSource } from './auth/token-source.ts';
import { clientLimits } from './limits.ts';
import { Audiences } from './resources/audiences/audiences.ts';
import { ServerClock } from './resources/clock/clock.ts';
import { ExportJobs } from './resources/export-jobs/export-jobs.ts';
import { ExternalAudiences } from './resources/external-audiences/external-audiences.ts';
import { Imports } from './resources/imports/imports.ts';
import { Members } from './resources/members/members.ts';
import { Operations } from './resources/operations/operations.ts';
import { Previews } from './resources/previews/previews.ts';
import { Sandboxes } from './resources/sandboxes/sandboxes.ts';
import { Schedules } from './resources/schedules/schedules.ts';
import { Search } from './resources/search/search.ts';
import { SegmentDefinitions } from './resources/segment-definitions/segment-definitions.ts';
import { SegmentJobs } from './resources/segment-jobs/segment-jobs.ts';
import type { RetryPolicy } from './transport/decide-pause.ts';
import { type Send, sendByFetch } from './transport/send.ts';
import { realTiming, type Timing } from './transport/timing.ts';
import { Transport } from './transport/transport.ts';

/** Who asks where, and how. */
export interface ClientOptions {
  /** Such as `http://127.0.0.1:8080`; a path is put before those of the API. */
  readonly baseUrl: string;
  /** A token, or where tokens come from. */
  readonly token: string | TokenSource;
  readonly apiKey: string;
  readonly org: string;
  readonly sandbox: string;
  /** More headers of every request. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Milliseconds for each attempt; null: as long as it takes. */
  readonly timeoutMs?: number | null;
  /** What differs from the default: 4 attempts, pauses from 200 ms. */
  readonly retry?: Partial<RetryPolicy>;
  /** The longest answer that is read into memory. */
  readonly answerBytesMax?: number;
  /** How requests are sent: by `fetch` unless given. */
  readonly send?: Send;
  /** The clock and its waiting. */
  readonly timing?: Timing;
  /** A number from 0 to 1. */
  readonly random?: () => number;
  /** A new idempotency key. */
  readonly newKey?: () => string;
}

/** The operations of the service, by resource. */
export interface MusterClient {
  readonly audiences: Audiences;
  readonly members: Members;
  readonly definitions: SegmentDefinitions;
  readonly jobs: SegmentJobs;
  readonly schedules: Schedules;
  readonly previews: Previews;
  readonly exportJobs: ExportJobs;
  readonly search: Search;
  readonly externalAudiences: ExternalAudiences;
  readonly imports: Imports;
  readonly sandboxes: Sandboxes;
  readonly clock: ServerClock;
  readonly operations: Operations;
}

function transportOf(options: ClientOptions): Transport {
  const { attemptMs, attemptsMax, pauseMs, pauseMsMax, retryAfterMsMax, answerBytesMax } = clientLimits;
  const { token, timeoutMs = attemptMs } = options;
  return new Transport({
    baseUrl: new URL(options.baseUrl).href.replace(/\/+$/, ''),
    token: typeof token === 'string' ? fixedToken(token) : token,
    headers: {
      accept: '*/*',
      'x-api-key': options.apiKey,
      'x-gw-ims-org-id': options.org,
      'x-sandbox-name': options.sandbox,
      ...options.headers,
    },
    timeoutMs,
    retry: { attemptsMax, pauseMs, pauseMsMax, retryAfterMsMax, ...options.retry },
    answerBytesMax: options.answerBytesMax ?? answerBytesMax,
    send: options.send ?? sendByFetch,
    timing: options.timing ?? realTiming,
    random: options.random ?? Math.random,
  });
}

/** A client. Opens nothing: the first call does. Throws `TypeError` when `baseUrl` is no URL. */
export function createClient(options: ClientOptions): MusterClient {
  const transport = transportOf(options);
  return {
    audiences: new Audiences(transport, options.newKey ?? (() => crypto.randomUUID())),
    members: new Members(transport),
    definitions: new SegmentDefinitions(transport),
    jobs: new SegmentJobs(transport),
    schedules: new Schedules(transport),
    previews: new Previews(transport),
    exportJobs: new ExportJobs(transport),
    search: new Search(transport),
    externalAudiences: new ExternalAudiences(transport),
    imports: new Imports(transport),
    sandboxes: new Sandboxes(transport),
    clock: new ServerClock(transport),
    operations: new Operations(transport),
  };
}
