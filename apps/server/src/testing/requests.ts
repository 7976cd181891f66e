/** Servers and requests of tests of routes. */
import type { TestContext } from 'node:test';
import type { LightMyRequestResponse } from 'fastify';
import type { ServerLimits } from '../config.ts';
import { headersOf, openTestServer, type TestServer } from './fixture.ts';

const base = '/data/core/ups';

/** A server that closes with the test. */
export async function openServer(context: TestContext, limits: Partial<ServerLimits> = {}): Promise<TestServer> {
  const server = await openTestServer(limits);
  context.after(() => server.close());
  return server;
}

/** The answer to a request of the usual tenant, unless headers say otherwise; paths start after the base path of the API. */
export function send(
  server: TestServer,
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
  path: string,
  options: { readonly payload?: object | undefined; readonly headers?: Record<string, string> } = {},
): Promise<LightMyRequestResponse> {
  const headers = { ...headersOf(), ...options.headers };
  const url = path.startsWith('/data/') ? path : `${base}${path}`;
  const { payload } = options;
  return server.app.inject({ method, url, headers, ...(payload === undefined ? {} : { payload }) });
}
