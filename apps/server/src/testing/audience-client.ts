/** A client of `/audiences` for tests, and what it sends. */
import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { AudienceListResource, AudienceResource } from '@muster/wire';
import type { LightMyRequestResponse } from 'fastify';
import { Check } from 'typebox/value';
import { headersOf, openTestServer, type TestServer } from './fixture.ts';

const path = '/data/core/ups/audiences';

/** The platform audience of the reference's own sample, its field replaced by one that tests know. */
export const platformSample = {
  name: 'People who ordered in the last 30 days',
  profileInstanceId: 'ups',
  description: 'Last 30 days',
  type: 'SegmentDefinition',
  expression: { type: 'PQL', format: 'pql/text', value: 'workAddress.country = "US"' },
  schema: { name: '_xdm.context.profile' },
  labels: ['core/C1'],
  ttlInDays: 60,
};

/** The external audience of the reference's own sample. */
export const externalSample = {
  audienceId: 'test-external-audience-id',
  name: 'externalAudience',
  namespace: 'aam',
  description: 'Last 30 days',
  type: 'ExternalSegment',
  originName: 'CUSTOM_UPLOAD',
  lifecycleState: 'published',
  datasetId: '6254cf3c97f8e31b639fb14d',
  labels: ['core/C1'],
  linkedAudienceRef: { flowId: '4685ea90-d2b6-11ec-9d64-0242ac120002' },
};

/** The audiences of one tenant of a test server, over HTTP. */
export class AudienceClient {
  readonly server: TestServer;
  readonly headers: Record<string, string>;

  constructor(server: TestServer, headers = headersOf()) {
    this.server = server;
    this.headers = headers;
  }

  get(url: string): Promise<LightMyRequestResponse> {
    return this.server.app.inject({ url: `${path}${url}`, headers: this.headers });
  }

  post(payload: object, headers: Record<string, string> = {}): Promise<LightMyRequestResponse> {
    return this.server.app.inject({ method: 'POST', url: path, headers: { ...this.headers, ...headers }, payload });
  }

  bulkGet(payload: object): Promise<LightMyRequestResponse> {
    return this.server.app.inject({ method: 'POST', url: `${path}/bulk-get`, headers: this.headers, payload });
  }

  patch(id: string, payload: object, headers: Record<string, string> = {}): Promise<LightMyRequestResponse> {
    const all = { ...this.headers, 'content-type': 'application/json', ...headers };
    return this.server.app.inject({ method: 'PATCH', url: `${path}/${id}`, headers: all, payload });
  }

  put(id: string, payload: object, headers: Record<string, string> = {}): Promise<LightMyRequestResponse> {
    const all = { ...this.headers, ...headers };
    return this.server.app.inject({ method: 'PUT', url: `${path}/${id}`, headers: all, payload });
  }

  delete(id: string, headers: Record<string, string> = {}): Promise<LightMyRequestResponse> {
    const all = { ...this.headers, 'content-type': 'application/json', ...headers };
    return this.server.app.inject({ method: 'DELETE', url: `${path}/${id}`, headers: all });
  }

  /** Creates an audience and gives its resource. */
  async create(payload: object): Promise<AudienceResource> {
    const response = await this.post(payload);
    assert.equal(response.statusCode, 200, response.body);
    const body: unknown = response.json();
    assert.ok(Check(AudienceResource, body), response.body);
    return body;
  }

  /** The names on a page of the list. */
  async names(query: string): Promise<readonly string[]> {
    const response = await this.get(query);
    const body: unknown = response.json();
    assert.ok(Check(AudienceListResource, body), response.body);
    return body.children.map((child) => child.name);
  }
}

/** A client of a server that closes with the test. */
export async function openClient(context: TestContext): Promise<AudienceClient> {
  const server = await openTestServer();
  context.after(() => server.close());
  return new AudienceClient(server);
}

/** A platform audience whose rule refers to another one. */
export const uses = (id: string, changes: object = {}): object => ({
  ...platformSample,
  name: `uses ${id}`,
  expression: { type: 'PQL', format: 'pql/text', value: `inSegment("${id}")` },
  ...changes,
});
