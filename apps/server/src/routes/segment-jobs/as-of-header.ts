import { type EpochMs, epochMs, Problem } from '@muster/audience';
import { parseIsoTime } from '@muster/pql';

/** The moment in the header `x-muster-as-of`; null when it is not sent. A date alone is its midnight, UTC. */
export function decodeAsOf(header: string | undefined): EpochMs | null | Problem {
  if (header === undefined) return null;
  const time = parseIsoTime(header);
  if (time !== null) return epochMs(time);
  return new Problem('invalidParameter', [
    {
      message: '`x-muster-as-of` is not a time',
      field: 'x-muster-as-of',
      expected: 'ISO 8601 with a zone, from 1900 to 2299, such as `2024-05-31T00:00:00Z`',
    },
  ]);
}
