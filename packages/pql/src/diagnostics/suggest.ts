/** Finding the name that was probably meant. */

const comparedLengthMax = 64;

/**
 * The candidate that looks most like `name`, or null when none is close enough.
 *
 * Letter case counts little; a third of the letters may differ (at least one), or one name may begin with the other
 * when they share three letters or more, and more than half of what was written. Ties go to the earlier candidate. O(candidates × length²), names over 64
 * characters have no nearest.
 */
export function nearestName(name: string, candidates: Iterable<string>): string | null {
  if (name === '' || name.length > comparedLengthMax) return null;
  const wanted = name.toLowerCase();
  let nearest: string | null = null;
  let leastCost = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    if (candidate === name || candidate === '' || candidate.length > comparedLengthMax) continue;
    const cost = nameCost(wanted, candidate.toLowerCase());
    if (cost < leastCost) {
      leastCost = cost;
      nearest = candidate;
    }
  }
  return nearest;
}

/** How unlike two names are; infinite when they are not worth suggesting for each other. */
function nameCost(wanted: string, candidate: string): number {
  const distance = editDistance(wanted, candidate);
  const shorter = Math.min(wanted.length, candidate.length);
  if (distance <= Math.max(1, Math.floor(shorter / 3)) && distance < shorter) return distance;
  // A beginning ranks below every spelling mistake, the closest in length first.
  if (shorter >= 3 && candidate.startsWith(wanted)) return comparedLengthMax + distance;
  // Who wrote more than the name meant most of what he wrote: `getHour` is no `get`.
  const isMostly = shorter >= 3 && 2 * shorter > wanted.length && wanted.startsWith(candidate);
  return isMostly ? 2 * comparedLengthMax + distance : Number.POSITIVE_INFINITY;
}

/** Edits between two strings; an exchange of two neighbours is one edit (Damerau-Levenshtein, restricted). */
function editDistance(a: string, b: string): number {
  let beforePrevious: readonly number[] = [];
  let previous: readonly number[] = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let row = 1; row <= a.length; row++) {
    const current: number[] = [row];
    for (let column = 1; column <= b.length; column++) {
      const substitution = at(previous, column - 1) + (a[row - 1] === b[column - 1] ? 0 : 1);
      let cost = Math.min(substitution, at(previous, column) + 1, at(current, column - 1) + 1);
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]) {
        cost = Math.min(cost, at(beforePrevious, column - 2) + 1);
      }
      current.push(cost);
    }
    beforePrevious = previous;
    previous = current;
  }
  return at(previous, b.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Number.POSITIVE_INFINITY;
}
