/** A client of the HTTP API for tests: every answer is checked against its schema. */
import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import {
  AudienceListResource,
  ImportListResource,
  ImportResource,
  JobListResource,
  JobResource,
  MemberListResource,
} from '@muster/wire';
import type { Static, TSchema } from 'typebox';
import { Check } from 'typebox/value';

/** A request below the base path of the API. */
export interface ServiceRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** An answer, whatever its status. */
export interface ServiceAnswer {
  readonly status: number;
  readonly text: string;
}

/** The way to a server: over a connection, or into it. */
export type Send = (request: ServiceRequest) => Promise<ServiceAnswer>;

/** An organisation and one of its sandboxes. */
export interface Tenant {
  readonly org: string;
  readonly sandbox: string;
}

/** A file to import: its lines are XDM documents. */
export interface ImportFile {
  readonly kind: ImportResource['kind'];
  readonly fingerprint: string;
  readonly lines: string;
}

const endedStatuses: ReadonlySet<string> = new Set(['SUCCEEDED', 'FAILED', 'CANCELLED']);
const pollMs = 20;

/** Resolves with the first value of `look` that is not null. Throws when there is none in time. */
export async function eventually<Value>(
  what: string,
  look: () => Promise<Value | null>,
  { withinMs = 60_000 }: { readonly withinMs?: number } = {},
): Promise<Value> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const value = await look();
    if (value !== null) return value;
    if (performance.now() > deadline) throw new Error(`in ${withinMs} ms there was no ${what}`);
    await delay(pollMs);
  }
}

/** What a tenant can do with the service. */
export class ServiceClient {
  readonly #send: Send;
  readonly #tenant: Tenant;

  constructor(send: Send, tenant: Tenant) {
    this.#send = send;
    this.#tenant = tenant;
  }

  /** The answer to any request, with the tenant's headers. */
  request(
    method: ServiceRequest['method'],
    path: string,
    { body, headers = {} }: { readonly body?: string; readonly headers?: Readonly<Record<string, string>> } = {},
  ): Promise<ServiceAnswer> {
    const tenant = { 'x-gw-ims-org-id': this.#tenant.org, 'x-sandbox-name': this.#tenant.sandbox };
    const own = { authorization: 'Bearer token', 'x-api-key': 'key', ...tenant, ...headers };
    const request = { method, url: `/data/core/ups${path}`, headers: own };
    return this.#send(body === undefined ? request : { ...request, body });
  }

  /** Creates an audience with a rule and gives its id. */
  async createAudience(name: string, pql: string): Promise<string> {
    const expression = { type: 'PQL', format: 'pql/text', value: pql };
    const answer = await this.#post('/audiences', { name, expression });
    const body: unknown = parse(answer);
    assert.ok(typeof body === 'object' && body !== null && 'id' in body && typeof body.id === 'string', answer.text);
    return body.id;
  }

  /** The names of all audiences, by id. */
  async audienceNames(): Promise<ReadonlyMap<string, string>> {
    const names = new Map<string, string>();
    for (let page = 0; ; page++) {
      const list = await this.#get(AudienceListResource, `/audiences?limit=100&start=${page}&sort=creationTime:asc`);
      for (const { id, name } of list.children) names.set(id, name);
      if (list._page.next === undefined) return names;
    }
  }

  /** Announces a file: the import it has, or a new one. */
  async announce({ kind, fingerprint }: Omit<ImportFile, 'lines'>): Promise<ImportResource> {
    return read(ImportResource, await this.#post('/imports', { name: fingerprint, kind, fingerprint }));
  }

  /** Sends the content of an import and gives the import as it ended. */
  async send(id: string, lines: string): Promise<ImportResource> {
    const headers = { 'content-type': 'application/octet-stream' };
    return read(ImportResource, await this.request('PUT', `/imports/${id}/content`, { body: lines, headers }));
  }

  /** Imports a file to its end. */
  async importFile(file: ImportFile): Promise<ImportResource> {
    const { id } = await this.announce(file);
    const ended = await this.send(id, file.lines);
    assert.equal(ended.status, 'succeeded', JSON.stringify(ended));
    return ended;
  }

  importOf(id: string): Promise<ImportResource> {
    return this.#get(ImportResource, `/imports/${id}`);
  }

  imports(): Promise<ImportListResource> {
    return this.#get(ImportListResource, '/imports');
  }

  /** Starts a job for audiences, as of a moment unless it is now. */
  async startJob(ids: readonly string[], asOf?: string): Promise<JobResource> {
    const headers = asOf === undefined ? {} : { 'x-muster-as-of': asOf };
    const segments = ids.map((segmentId) => ({ segmentId }));
    return read(JobResource, await this.#post('/segment/jobs', segments, headers));
  }

  jobOf(id: string): Promise<JobResource> {
    return this.#get(JobResource, `/segment/jobs/${id}`);
  }

  jobs(): Promise<JobListResource> {
    return this.#get(JobListResource, '/segment/jobs');
  }

  /** The job once it has ended, however it did. */
  endedJob(id: string): Promise<JobResource> {
    return eventually(`end of job ${id}`, async () => {
      const job = await this.jobOf(id);
      return endedStatuses.has(job.status) ? job : null;
    });
  }

  /** Evaluates audiences and gives the job, which has succeeded. */
  async evaluate(ids: readonly string[], asOf?: string): Promise<JobResource> {
    const job = await this.endedJob((await this.startJob(ids, asOf)).id);
    assert.equal(job.status, 'SUCCEEDED', JSON.stringify(job.errors));
    return job;
  }

  /** The identities of all members, in the order of the pages. */
  async memberIds(audience: string): Promise<readonly string[]> {
    const ids: string[] = [];
    let start = '';
    for (;;) {
      const page = await this.#get(MemberListResource, `/audiences/${audience}/members?limit=1000&start=${start}`);
      ids.push(...page.children.map(({ identity }) => identity.id));
      if (page._page.next === undefined) return ids;
      start = page._page.next;
    }
  }

  async #get<Schema extends TSchema>(schema: Schema, path: string): Promise<Static<Schema>> {
    return read(schema, await this.request('GET', path));
  }

  #post(path: string, payload: unknown, headers: Readonly<Record<string, string>> = {}): Promise<ServiceAnswer> {
    const all = { 'content-type': 'application/json', ...headers };
    return this.request('POST', path, { body: JSON.stringify(payload), headers: all });
  }
}

/** The body of an answer that says success. */
function parse({ status, text }: ServiceAnswer): unknown {
  assert.equal(status, 200, text);
  return JSON.parse(text);
}

function read<Schema extends TSchema>(schema: Schema, answer: ServiceAnswer): Static<Schema> {
  const body = parse(answer);
  assert.ok(Check(schema, body), answer.text);
  return body;
}
