/** What tests must not do: pass without having been run. */
import {
  isCallExpression,
  isIdentifier,
  isObjectLiteralExpression,
  isPropertyAccessExpression,
  isPropertyAssignment,
  type Node,
} from 'typescript/unstable/ast';
import type { Finding } from './finding.ts';
import type { Repository } from './repository.ts';
import { lineOf, nodesOf } from './source-unit.ts';

const marks: ReadonlySet<string> = new Set(['skip', 'only', 'todo', 'runOnly']);
const testNames: ReadonlySet<string> = new Set(['test', 'it', 'describe', 'suite', 't', 'context']);

/** Tests that are skipped, left to do, or exclude the others. */
export function findUnrunTests({ sources }: Repository): readonly Finding[] {
  return sources
    .filter(({ path }) => /\.test\.tsx?$/.test(path))
    .flatMap((unit) =>
      [...nodesOf(unit.tree)].flatMap((node) => {
        const mark = markOf(node);
        const message = `\`${mark ?? ''}\` in a test: list a known gap as data with its reason (\`expectedFailures\`)`;
        return mark === null ? [] : [{ path: unit.path, line: lineOf(unit, node), message }];
      }),
    );
}

function markOf(node: Node): string | null {
  if (!isCallExpression(node)) return null;
  const callee = node.expression;
  if (isPropertyAccessExpression(callee)) {
    const isTest = isIdentifier(callee.expression) && testNames.has(callee.expression.text);
    if (isTest && marks.has(callee.name.text)) return callee.name.text;
  }
  return isIdentifier(callee) && testNames.has(callee.text) ? markInOptions(node.arguments) : null;
}

function markInOptions(args: readonly Node[]): string | null {
  const names = args
    .filter(isObjectLiteralExpression)
    .flatMap((options) => options.properties.filter(isPropertyAssignment))
    .map(({ name }) => (isIdentifier(name) ? name.text : ''));
  return names.find((name) => marks.has(name)) ?? null;
}
