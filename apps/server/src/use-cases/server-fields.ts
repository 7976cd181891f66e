/** What the server, not the client, says of an audience. */
import { type Audience, audienceId, epochMs, type Scope } from '@muster/audience';
import { createEtag } from './etag.ts';
import type { UseCaseDependencies } from './ports.ts';

type Dependencies = Pick<UseCaseDependencies, 'clock' | 'ids'>;

/** The fields that only the server sets. */
export type ServerFields = Pick<Audience, 'id' | 'createdBy' | 'createdAt' | 'lastModifiedBy' | 'updatedAt' | 'etag'>;

/** What every new audience gets from the server. */
export function newServerFields({ clock, ids }: Dependencies, { actor }: Scope): ServerFields {
  const now = clock.now();
  return {
    id: audienceId(ids.uuid()),
    createdBy: actor,
    createdAt: now,
    lastModifiedBy: actor,
    updatedAt: now,
    etag: createEtag(ids, now),
  };
}

/** What an audience keeps of the server's fields, and what a change renews. */
export function changedServerFields({ clock, ids }: Dependencies, { actor }: Scope, stored: Audience): ServerFields {
  // A clock that was set back does not make an audience older than it was.
  const now = epochMs(Math.max(clock.now(), stored.updatedAt));
  const { id, createdBy, createdAt } = stored;
  return { id, createdBy, createdAt, lastModifiedBy: actor, updatedAt: now, etag: createEtag(ids, now) };
}
