import { createHash } from 'node:crypto';
import type { Scope } from '@muster/audience';

/**
 * The name of the database of a sandbox: a stable hash, so that no user's text becomes a name on disk.
 *
 * 128 bits: two sandboxes never share one. The parts are separated by a character that neither can hold.
 */
export function databaseName(scope: Scope): string {
  const hash = createHash('sha256').update(`${scope.org}\n${scope.sandbox}`).digest('hex');
  return `muster_${hash.slice(0, 32)}`;
}
