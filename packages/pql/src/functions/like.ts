/** SQL patterns without a detour through regular expressions, in linear time per `%`-free part. */

/**
 * The test of a `like` pattern: the whole text, `%` any run of code points, `_` exactly one, no escape.
 *
 * Greedy matching with one point to return to: O(text × pattern) at worst, no recursion.
 */
export function likeMatcher(pattern: string): (text: string) => boolean {
  const wanted = Array.from(pattern);
  const plain = plainMatcher(pattern, wanted);
  return plain ?? ((text) => matchLike(Array.from(text), wanted));
}

/** Patterns whose only wildcards are `%` at their ends need no loop. */
function plainMatcher(pattern: string, wanted: readonly string[]): ((text: string) => boolean) | null {
  const open = wanted[0] === '%';
  const close = wanted.length > 1 && wanted.at(-1) === '%';
  const middle = pattern.slice(open ? 1 : 0, close ? -1 : undefined);
  if (middle.includes('%') || middle.includes('_')) return null;
  if (open && close) return (text) => text.includes(middle);
  if (open) return (text) => text.endsWith(middle);
  return close ? (text) => text.startsWith(middle) : (text) => text === pattern;
}

/** Whether all of `text` fits `wanted`, both by code point. */
function matchLike(text: readonly string[], wanted: readonly string[]): boolean {
  let at = 0;
  let next = 0;
  let retryText = -1;
  let retryPattern = -1;
  while (at < text.length) {
    if (wanted[next] === '%') {
      retryPattern = ++next;
      retryText = at;
    } else if (next < wanted.length && (wanted[next] === '_' || wanted[next] === text[at])) {
      at++;
      next++;
    } else if (retryPattern >= 0) {
      next = retryPattern;
      at = ++retryText;
    } else {
      return false;
    }
  }
  return wanted.slice(next).every((symbol) => symbol === '%');
}
