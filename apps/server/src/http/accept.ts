/** Whether an `Accept` header lets a type of content pass. Pure. */

/** One range of an `Accept` header, such as `text/*;q=0.5`. */
interface MediaRange {
  readonly type: string;
  readonly subtype: string;
  readonly quality: number;
}

function decodeRange(text: string): MediaRange | null {
  const [name = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
  const match = /^([^/\s]+)\/([^/\s]+)$/.exec(name);
  if (match === null) return null;
  const quality = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2) ?? '1';
  // The platform names forms of JSON, such as `application/vnd.adobe.external.audiences+json`: JSON is what they are.
  const subtype = (match[2] ?? '').replace(/^.+\+json$/, 'json');
  return { type: match[1] ?? '', subtype, quality: Number(quality) };
}

/** How closely a range names a type: 0 not at all, 3 exactly. */
function closenessOf({ type, subtype }: MediaRange, [wantedType, wantedSubtype]: readonly string[]): number {
  if (type === '*') return 1;
  if (type !== wantedType) return 0;
  if (subtype === '*') return 2;
  return subtype === wantedSubtype ? 3 : 0;
}

/** Whether `header` accepts `mediaType`: the range that names it most closely decides, as RFC 9110 has it. */
function acceptsOne(ranges: readonly MediaRange[], mediaType: string): boolean {
  const parts = mediaType.split('/');
  let closest = 0;
  let quality = 0;
  for (const range of ranges) {
    const closeness = closenessOf(range, parts);
    if (closeness > closest) {
      closest = closeness;
      quality = range.quality;
    }
  }
  // A quality that is no number was not meant to exclude anything.
  return closest > 0 && !(quality <= 0);
}

/**
 * Whether a request that sends `header` accepts any of `mediaTypes`. No header, an empty one, and one in which nothing
 * is a media range accept all: a client that says nothing usable is not refused for it.
 */
export function acceptsAny(header: string | undefined, mediaTypes: readonly string[]): boolean {
  const ranges = (header ?? '').split(',').flatMap((text) => decodeRange(text) ?? []);
  return ranges.length === 0 || mediaTypes.some((mediaType) => acceptsOne(ranges, mediaType));
}
