/** What a token lets do with a resource. */
import { Problem, type Scope } from '@muster/audience';
import type { FastifyRequest } from 'fastify';
import { basePath } from './api-schema.ts';

/** What was wanted of a resource and refused. */
interface Refused {
  readonly scope: Scope;
  /** The path of the resource below the base path of the API. */
  readonly path: string;
  readonly action: 'READ' | 'WRITE';
}

/** The refusal in the reference's own words: it names resources as `segments`, whatever the path calls them. */
export function permissionDenied({ scope, path, action }: Refused): Problem {
  const uri = `/orgs/${scope.org}/sandboxes/${scope.sandbox}${path.replace(/^\/audiences/, '/segments')}`;
  const resources = [{ resource: { uri, labels: [] }, action }];
  return new Problem('permissionDenied', [{ message: `errorMessage=${JSON.stringify(resources)}` }]);
}

/** Whether a request changes something. Reading several resources at once is a POST that does not. */
function isWrite(request: FastifyRequest): boolean {
  if (request.method === 'GET' || request.method === 'HEAD') return false;
  const { config, url = '' } = request.routeOptions;
  return config.access !== 'read' && !url.endsWith('/bulk-get');
}

/** Throws `permissionDenied` when the token of a request does not let do what the request wants. */
export function assertPermitted(request: FastifyRequest): void {
  const { access, scope } = request.tenant;
  if (access === 'write' || !isWrite(request)) return;
  const path = request.url.split('?')[0] ?? '';
  throw permissionDenied({ scope, path: path.replace(basePath, ''), action: 'WRITE' });
}
