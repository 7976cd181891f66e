/** How long functions and files may be. */
import {
  isArrowFunction,
  isCallExpression,
  isFunctionDeclaration,
  isFunctionExpression,
  isIdentifier,
  type Node,
  SyntaxKind,
} from 'typescript/unstable/ast';
import type { Finding } from './finding.ts';
import { budgets, dataFiles } from './policy.ts';
import { isTestPath, type Repository } from './repository.ts';
import { lineAt, lineCount, lineOf, nodesOf, type SourceUnit } from './source-unit.ts';

const functionKinds: ReadonlySet<SyntaxKind> = new Set([
  SyntaxKind.FunctionDeclaration,
  SyntaxKind.FunctionExpression,
  SyntaxKind.ArrowFunction,
  SyntaxKind.MethodDeclaration,
  SyntaxKind.Constructor,
  SyntaxKind.GetAccessor,
  SyntaxKind.SetAccessor,
]);

/** Functions longer than the budget; the callbacks of `describe` only group tests and do not count. */
export function findLongFunctions({ sources }: Repository): readonly Finding[] {
  return sources.flatMap((unit) =>
    [...nodesOf(unit.tree)]
      .filter((node) => functionKinds.has(node.kind) && !isGroup(node))
      .map((node) => ({ node, lines: functionLines(unit, node) }))
      .filter(({ lines }) => lines > budgets.functionLinesMax)
      .map(({ node, lines }) => ({
        path: unit.path,
        line: lineOf(unit, node),
        message: `${nameOf(node)} has ${lines} lines, at most ${budgets.functionLinesMax} are allowed`,
      })),
  );
}

function functionLines(unit: SourceUnit, node: Node): number {
  const groups = [...nodesOf(node)].filter((inner) => inner !== node && isGroup(inner) && !hasGroupAbove(inner, node));
  return groups.reduce((lines, group) => lines - linesOf(unit, group), linesOf(unit, node));
}

function linesOf(unit: SourceUnit, node: Node): number {
  return lineAt(unit.text, node.end) - lineOf(unit, node) + 1;
}

function hasGroupAbove(node: Node, limit: Node): boolean {
  for (let above = node.parent; above !== limit; above = above.parent) if (isGroup(above)) return true;
  return false;
}

/** Whether `node` is the callback of a `describe(…)` or `suite(…)`. */
function isGroup(node: Node): boolean {
  if (!isArrowFunction(node) && !isFunctionExpression(node)) return false;
  const call = node.parent;
  return isCallExpression(call) && isIdentifier(call.expression) && /^(?:describe|suite)$/.test(call.expression.text);
}

function nameOf(node: Node): string {
  if (isFunctionDeclaration(node) && node.name !== undefined) return `function \`${node.name.text}\``;
  return 'a function';
}

/** Files longer than the budget that are not listed as data. */
export function findLongFiles({ sources }: Repository): readonly Finding[] {
  return sources
    .filter((unit) => !dataFiles.has(unit.path))
    .map((unit) => ({ path: unit.path, lines: lineCount(unit.text) }))
    .filter(({ lines }) => lines > budgets.fileLinesMax)
    .map(({ path, lines }) => ({
      path,
      line: 0,
      message: `has ${lines} lines, at most ${budgets.fileLinesMax} are allowed`,
    }));
}

/** A finding when half of the program's files are longer than the budget. */
export function findLongMedian({ sources }: Repository): readonly Finding[] {
  const lines = sources
    .filter((unit) => /^(?:packages|apps)\//.test(unit.path) && !isTestPath(unit.path) && !dataFiles.has(unit.path))
    .map((unit) => lineCount(unit.text))
    .sort((a, b) => a - b);
  const median = lines[Math.floor(lines.length / 2)] ?? 0;
  if (median <= budgets.fileLinesMedianMax) return [];
  return [
    {
      path: '.',
      line: 0,
      message: `half of the files have ${median} lines or more, not ${budgets.fileLinesMedianMax}`,
    },
  ];
}
