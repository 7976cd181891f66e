/** The header `Idempotency-Key`: a name for a request, so that sending it again carries nothing out twice. */
import { onceLimits, Problem } from '@muster/audience';

const keyPattern = new RegExp(`^[\\x21-\\x7e]{1,${onceLimits.keyLengthMax}}$`);

/** The key of a header, null when there is none, or what is wrong with it. */
export function decodeIdempotencyKey(header: string | readonly string[] | undefined): string | null | Problem {
  if (header === undefined) return null;
  if (typeof header === 'string' && keyPattern.test(header)) return header;
  return new Problem('invalidParameter', [
    {
      message: '`Idempotency-Key` cannot be used',
      field: 'idempotency-key',
      expected: `1 to ${onceLimits.keyLengthMax} visible ASCII characters`,
      suggestion: 'send a new UUID with every new request',
    },
  ]);
}
