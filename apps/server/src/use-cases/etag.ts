import { type EpochMs, type Etag, etag, type IdSource } from '@muster/audience';

/** A fresh version in the form of the reference: five groups of hex digits, the time of the update in the last. */
export function createEtag(ids: IdSource, updatedAt: EpochMs): Etag {
  const seconds = Math.floor(updatedAt / 1000)
    .toString(16)
    .padStart(8, '0');
  return etag(`${ids.uuid().slice(0, 8)}-0000-0200-0000-${seconds}0000`);
}
