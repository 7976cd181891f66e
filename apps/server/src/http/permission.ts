/** What a token lets do with a resource. */
import { Problem, type Scope } from '@muster/audience';
import type { FastifyRequest } from 'fastify';
import type { Access } from '../auth/caller.ts';
import { basePath } from './api-schema.ts';

/** What was wanted of a resource and refused. */
interface Refused {
  readonly scope: Scope;
  /** The path of the resource below the base path of the API. */
  readonly path: string;
  /** The reference knows the first two. */
  readonly action: 'READ' | 'WRITE' | 'ADMIN';
}

/** The refusal in the reference's own words: it names resources as `segments`, whatever the path calls them. */
export function permissionDenied({ scope, path, action }: Refused): Problem {
  const uri = `/orgs/${scope.org}/sandboxes/${scope.sandbox}${path.replace(/^\/audiences/, '/segments')}`;
  const resources = [{ resource: { uri, labels: [] }, action }];
  return new Problem('permissionDenied', [{ message: `errorMessage=${JSON.stringify(resources)}` }]);
}

/** What a request needs. Reading several resources at once is a POST that changes nothing. */
function accessNeeded(request: FastifyRequest): Exclude<Access, 'none'> {
  const { config, url = '' } = request.routeOptions;
  if (config.access !== undefined) return config.access;
  const isRead = request.method === 'GET' || request.method === 'HEAD' || url.endsWith('/bulk-get');
  return isRead ? 'read' : 'write';
}

const ranks: Readonly<Record<Access, number>> = { none: 0, read: 1, write: 2, admin: 3 };
const actions = { read: 'READ', write: 'WRITE', admin: 'ADMIN' } as const;

/** Throws `permissionDenied` when the token of a request does not let do what the request wants. */
export function assertPermitted(request: FastifyRequest): void {
  const { access, scope } = request.tenant;
  const needed = accessNeeded(request);
  if (ranks[access] >= ranks[needed]) return;
  const path = request.url.split('?')[0] ?? '';
  throw permissionDenied({ scope, path: path.replace(basePath, ''), action: actions[needed] });
}
