/** What a writer demands of the stored version, so that nobody's change is overwritten unseen. */
import type { Etag } from './ids.ts';
import { Problem } from './problem.ts';

/** A demand: none, that there is a version at all, or that it is one of these. */
export type VersionCondition =
  | { readonly kind: 'none' }
  | { readonly kind: 'any' }
  | { readonly kind: 'versions'; readonly versions: readonly Etag[] };

/** Null when an object of the version `stored` may be written, otherwise the refusal. */
export function decideVersion(condition: VersionCondition, stored: Etag): Problem | null {
  if (condition.kind !== 'versions' || condition.versions.includes(stored)) return null;
  return new Problem('preconditionFailed', [
    {
      message: `the stored version is \`${stored}\`, not ${condition.versions.map((one) => `\`${one}\``).join(' or ')}`,
      field: 'if-match',
      suggestion: 'read the entity again and repeat the change on what it has become',
    },
  ]);
}
