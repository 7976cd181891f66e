/** What other layers must know about a checked expression. */

import { walkExpression } from './children.ts';
import type { CheckedExpression } from './expression.ts';

/** The ids of the audiences an expression refers to, each once, in order of first use. */
export function referencedAudiences(checked: CheckedExpression): readonly string[] {
  const ids = new Set<string>();
  walkExpression(checked.root, (node) => {
    if (node.kind === 'membership') ids.add(node.audienceId);
  });
  return [...ids];
}
