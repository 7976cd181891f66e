/** Requests about external audiences, for tests. */
import assert from 'node:assert/strict';
import { utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ExternalOperationResource, ExternalRunStatusResource } from '@muster/wire';
import type { LightMyRequestResponse } from 'fastify';
import type { Static, TSchema } from 'typebox';
import { Check } from 'typebox/value';
import { headersOf, type TestServer } from './fixture.ts';

const base = '/data/core/ais/external-audience';

/** The columns of the files. */
export const fields = [
  { name: 'email', type: 'string', identityNs: 'Email' },
  { name: 'score', type: 'integer' },
];

/** The body that makes an audience of `vips.csv`. */
export const definition = (changes: object = {}): object => ({
  name: 'VIPs',
  fields,
  sourceSpec: { params: { path: 'vips.csv', type: 'file' } },
  originName: 'CUSTOM_UPLOAD',
  ...changes,
});

/** An answer; a path is below the resource, or whole. */
export function send(
  server: TestServer,
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  path: string,
  payload?: object,
  headers = headersOf(),
): Promise<LightMyRequestResponse> {
  const url = path.startsWith('/data') ? path : `${base}${path}`;
  return server.app.inject({ method, url, headers, ...(payload === undefined ? {} : { payload }) });
}

/** The body of an answer, which must be as `schema` has it. */
export function read<Schema extends TSchema>(schema: Schema, response: LightMyRequestResponse): Static<Schema> {
  const body: unknown = response.json();
  assert.ok(Check(schema, body), response.body);
  return body;
}

/** Lets the runners do what is to do. */
export async function settle(server: TestServer): Promise<void> {
  server.externalRunner.start();
  server.externalRunner.wake();
  await server.externalRunner.whenIdle();
}

/** The operation that made an audience, ended. */
export async function operationOf(server: TestServer, changes: object = {}): Promise<ExternalOperationResource> {
  const response = await send(server, 'POST', '/', definition(changes));
  assert.equal(response.statusCode, 202, response.body);
  await settle(server);
  return read(ExternalOperationResource, await send(server, 'GET', `/operations/${response.json().operationId}`));
}

/** The id of a new audience. */
export async function create(server: TestServer, changes: object = {}): Promise<string> {
  const { audienceId, muster } = await operationOf(server, changes);
  return audienceId ?? assert.fail(muster.reason);
}

/** A run, ended. */
export async function ended(server: TestServer, id: string, payload: object): Promise<ExternalRunStatusResource> {
  const started = await send(server, 'POST', `/${id}/runs`, payload);
  assert.equal(started.statusCode, 200, started.body);
  await settle(server);
  return read(ExternalRunStatusResource, await send(server, 'GET', `/${id}/runs/${started.json().runId}`));
}

/** The identities of the members, in order. */
export async function members(server: TestServer, id: string): Promise<readonly string[]> {
  const response = await send(server, 'GET', `/data/core/ups/audiences/${id}/members`);
  const { children } = response.json();
  return children.map(({ identity }: { identity: { id: string } }) => identity.id).sort();
}

/** Writes a file that changed at the time of the test's clock. */
export async function put(server: TestServer, name: string, ...lines: readonly string[]): Promise<void> {
  const path = join(server.externalDir, name);
  await writeFile(path, lines.join('\n'));
  await utimes(path, server.clock.time / 1_000, server.clock.time / 1_000);
}
