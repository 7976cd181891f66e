import { type EpochMs, type Etag, etag, type IdSource } from '@muster/audience';

/**
 * A fresh version in the form of the reference: five groups of hex digits, the time of the update in the last. The first
 * two are the last 48 bits of an id, which tell versions of one second apart, also where ids are counted.
 */
export function createEtag(ids: IdSource, updatedAt: EpochMs): Etag {
  const seconds = Math.floor(updatedAt / 1000)
    .toString(16)
    .padStart(8, '0');
  const id = ids.uuid();
  return etag(`${id.slice(-8)}-${id.slice(-12, -8)}-0200-0000-${seconds}0000`);
}
