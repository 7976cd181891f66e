import { createHash } from 'node:crypto';
import type { Scope } from '@muster/audience';
import type { AudienceQuery } from '../ports/control-store.ts';

/** More ids than these are named by their digest: there may be as many as an audience has dependents. */
const namedIdsMax = 20;

/** What tells what was found out about lists apart: the tenant, and the members of a query that it depends on. */
export function listKey({ org, sandbox }: Scope, { ids, ...query }: Partial<AudienceQuery>): string {
  const named =
    ids === undefined || ids.length <= namedIdsMax
      ? ids
      : [String(ids.length), createHash('sha256').update(JSON.stringify(ids)).digest('base64url')];
  return JSON.stringify([org, sandbox, named, query]);
}
