/** What the code of pure packages must not reach for. */
import {
  isCallExpression,
  isIdentifier,
  isNewExpression,
  isPropertyAccessExpression,
  type Node,
} from 'typescript/unstable/ast';
import type { Finding } from './finding.ts';
import { packageOf } from './module-graph.ts';
import { bannedInPure, purePackages } from './policy.ts';
import { isTestPath, type Repository } from './repository.ts';
import { lineOf, nodesOf, type SourceUnit, textOf } from './source-unit.ts';

/** The clock, chance, and input or output in packages that take values and give values. */
export function findImpurities({ sources }: Repository): readonly Finding[] {
  return sources
    .filter(({ path }) => purePackages.includes(packageOf(path) ?? '') && !isTestPath(path))
    .flatMap((unit) =>
      [...nodesOf(unit.tree)].flatMap((node) => {
        const message = impurityOf(node, unit);
        return message === null ? [] : [{ path: unit.path, line: lineOf(unit, node), message }];
      }),
    );
}

function impurityOf(node: Node, unit: SourceUnit): string | null {
  if (isNewExpression(node) || isCallExpression(node)) {
    if (isDateOfNow(node)) return '`Date` of now in a pure package: take the time as an `asOf` argument';
  }
  const name = bannedName(node, unit);
  return name === null ? null : `\`${name}\` in a pure package: ${bannedInPure[name] ?? 'take a value'}`;
}

function isDateOfNow(node: Node): boolean {
  if (isCallExpression(node)) return isIdentifier(node.expression) && node.expression.text === 'Date';
  if (!isNewExpression(node)) return false;
  return isIdentifier(node.expression) && node.expression.text === 'Date' && (node.arguments?.length ?? 0) === 0;
}

/** The banned name that `node` uses: `Date.now` as written, or a global that is called or whose member is read. */
function bannedName(node: Node, unit: SourceUnit): string | null {
  if (isPropertyAccessExpression(node)) {
    const path = textOf(unit, node).replace(/^globalThis\./, '');
    if (Object.hasOwn(bannedInPure, path)) return path;
    return isIdentifier(node.expression) ? bannedGlobal(node.expression.text) : null;
  }
  return isCallExpression(node) && isIdentifier(node.expression) ? bannedGlobal(node.expression.text) : null;
}

function bannedGlobal(name: string): string | null {
  return Object.hasOwn(bannedInPure, name) ? name : null;
}
