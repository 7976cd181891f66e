import type { IncomingHttpHeaders } from 'node:http';
import { type EpochMs, epochMs, Problem } from '@muster/audience';
import { parseIsoTime } from '@muster/pql';
import { Type } from 'typebox';

/** The header as the description of the API has it. */
export const asOfHeader = Type.Object({
  'x-muster-as-of': Type.Optional(
    Type.String({
      description: 'ISO 8601. Extension: `now` of the run; the clock when absent.',
      examples: ['2024-05-31T00:00:00Z'],
    }),
  ),
});

/** The moment that the headers of a request name; null when they name none. */
export function decodeAsOfHeader(headers: IncomingHttpHeaders): EpochMs | null | Problem {
  const header = headers['x-muster-as-of'];
  return decodeAsOf(Array.isArray(header) ? header.join(', ') : header);
}

/** The moment in the header `x-muster-as-of`; null when it is not sent. A date alone is its midnight, UTC. */
function decodeAsOf(header: string | undefined): EpochMs | null | Problem {
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
