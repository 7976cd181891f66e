/** The calls of the service that commands make, with their answers checked. */
import { AudienceListResource, AudienceResource, ImportResource, JobResource, MemberListResource } from '@muster/wire';
import type { Static, TSchema } from 'typebox';
import { Check } from 'typebox/value';
import { CliError } from '../cli-error.ts';
import { type Endpoint, openRequest, requestJson, type ServiceRequest } from './http.ts';

async function call<Schema extends TSchema>(
  endpoint: Endpoint,
  schema: Schema,
  wanted: ServiceRequest,
): Promise<Static<Schema>> {
  const answer = await requestJson(endpoint, wanted);
  if (Check(schema, answer)) return answer;
  throw new CliError('failed', `the answer of ${wanted.method} ${wanted.path} is not what this version expects`);
}

/** What announces an import. */
export interface ImportAnnouncement {
  readonly name: string;
  readonly kind: 'profiles' | 'events';
  readonly fingerprint: string;
  readonly mapping?: object;
}

/** The import of a file: the one its fingerprint has, or a new one. */
export function announceImport(endpoint: Endpoint, json: ImportAnnouncement): Promise<ImportResource> {
  return call(endpoint, ImportResource, { method: 'POST', path: '/imports', json });
}

/** Sends the content of a file; gives the import when it has ended. */
export function sendContent(endpoint: Endpoint, id: string, bytes: AsyncIterable<Uint8Array>): Promise<ImportResource> {
  return call(endpoint, ImportResource, { method: 'PUT', path: `/imports/${encodeURIComponent(id)}/content`, bytes });
}

/** An import as it is now. */
export function findImport(endpoint: Endpoint, id: string): Promise<ImportResource> {
  return call(endpoint, ImportResource, { method: 'GET', path: `/imports/${encodeURIComponent(id)}` });
}

/** A page of audiences; `query` is encoded. */
export function listAudiences(endpoint: Endpoint, query: URLSearchParams): Promise<AudienceListResource> {
  return call(endpoint, AudienceListResource, { method: 'GET', path: `/audiences?${query.toString()}` });
}

/** A new audience. */
export function createAudience(endpoint: Endpoint, json: object): Promise<AudienceResource> {
  return call(endpoint, AudienceResource, { method: 'POST', path: '/audiences', json });
}

/** Starts an evaluation of the audiences named, or of all (`*`). */
export function createJob(endpoint: Endpoint, ids: readonly string[], asOf: string | null): Promise<JobResource> {
  return call(endpoint, JobResource, {
    method: 'POST',
    path: '/segment/jobs',
    json: ids.map((segmentId) => ({ segmentId })),
    ...(asOf === null ? {} : { headers: { 'x-muster-as-of': asOf } }),
  });
}

/** An evaluation as it is now. */
export function findJob(endpoint: Endpoint, id: string): Promise<JobResource> {
  return call(endpoint, JobResource, { method: 'GET', path: `/segment/jobs/${encodeURIComponent(id)}` });
}

/** A page of the members of an audience. */
export function listMembers(endpoint: Endpoint, id: string, query: URLSearchParams): Promise<MemberListResource> {
  const path = `/audiences/${encodeURIComponent(id)}/members?${query.toString()}`;
  return call(endpoint, MemberListResource, { method: 'GET', path });
}

/** All members of an audience as text, in pieces. */
export async function exportMembers(
  endpoint: Endpoint,
  id: string,
  query: URLSearchParams,
): Promise<AsyncIterable<Uint8Array>> {
  const path = `/audiences/${encodeURIComponent(id)}/members/export?${query.toString()}`;
  return openRequest(endpoint, { method: 'GET', path });
}
