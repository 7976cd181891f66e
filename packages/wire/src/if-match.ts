/** The header `If-Match`: which version a writer has seen. */
import { type Etag, etag, Problem, type VersionCondition } from '@muster/audience';
import { wireLimits } from './limits.ts';

/** An etag with its quotes, weak or not, or bare text without quotes, commas and blanks. */
const memberPattern = /^(?:(?:W\/)?"(?<quoted>[^"]*)"|(?<bare>[^\s",]+))$/;

function decodeMember(text: string): Etag | null {
  const groups = memberPattern.exec(text)?.groups;
  const version = groups?.['quoted'] ?? groups?.['bare'];
  return version === undefined ? null : etag(version);
}

/**
 * The demand of a header, which may be absent, `*`, or a list of etags.
 *
 * A weak etag is read as the strong one: proxies weaken those of answers that they compress. The value of `_etag` is
 * taken as it is in a body: with its quotes, or escaped once more as it stands in JSON text.
 */
export function decodeIfMatch(header: string | undefined): VersionCondition | Problem {
  if (header === undefined) return { kind: 'none' };
  const text = header.replaceAll('\\"', '"').replaceAll('""', '"').trim();
  if (text === '*') return { kind: 'any' };
  const members = text.split(',').map((member) => decodeMember(member.trim()));
  const versions = members.filter((member) => member !== null);
  if (versions.length === members.length && versions.length <= wireLimits.etagsMax)
    return { kind: 'versions', versions };
  return new Problem('invalidParameter', [
    {
      message: '`If-Match` cannot be read',
      field: 'if-match',
      expected: `\`*\`, or up to ${wireLimits.etagsMax} etags`,
      suggestion: 'send the `ETag` of the answer that was read',
    },
  ]);
}
