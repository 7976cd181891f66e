/** How much of what packages export has a docstring. */
import { isFunctionDeclaration, isVariableStatement, type Node, SyntaxKind } from 'typescript/unstable/ast';
import type { Finding } from './finding.ts';
import { packageOf } from './module-graph.ts';
import { documentedShareMin } from './policy.ts';
import { isTestPath, type Repository } from './repository.ts';
import { lineOf, type SourceUnit } from './source-unit.ts';

interface Export {
  readonly home: string;
  readonly isDocumented: boolean;
  readonly place: Finding;
}

/** The undocumented exports of each package whose share of documented ones is too small. */
export function findUndocumentedExports({ sources }: Repository): readonly Finding[] {
  const exports = sources.filter(({ path }) => !isTestPath(path) && /\.tsx?$/.test(path)).flatMap(exportsOfUnit);
  return [...new Set(exports.map(({ home }) => home))].flatMap((home) => {
    const own = exports.filter((found) => found.home === home);
    const missing = own.filter(({ isDocumented }) => !isDocumented);
    return own.length - missing.length < own.length * documentedShareMin ? missing.map(({ place }) => place) : [];
  });
}

const declarationKinds: ReadonlySet<SyntaxKind> = new Set([
  SyntaxKind.FunctionDeclaration,
  SyntaxKind.ClassDeclaration,
  SyntaxKind.InterfaceDeclaration,
  SyntaxKind.TypeAliasDeclaration,
  SyntaxKind.VariableStatement,
]);

function exportsOfUnit(unit: SourceUnit): readonly Export[] {
  const home = packageOf(unit.path) ?? unit.path.split('/')[0] ?? unit.path;
  const overloads = new Set<string>();
  return unit.tree.statements.flatMap((statement) => {
    if (!declarationKinds.has(statement.kind) || !isExported(statement)) return [];
    if (isFunctionDeclaration(statement) && isRepeated(overloads, statement.name?.text ?? '')) return [];
    const message = 'export without a docstring that says what it gives';
    const place = { path: unit.path, line: lineOf(unit, statement), message };
    return [{ home, isDocumented: (statement.jsDoc?.length ?? 0) > 0, place }];
  });
}

/** Whether `name` is in `seen` already; afterwards it is. Overloads share the docstring of the first. */
function isRepeated(seen: Set<string>, name: string): boolean {
  const isKnown = seen.has(name);
  seen.add(name);
  return isKnown;
}

function isExported(statement: Node): boolean {
  if (!('modifiers' in statement) || !Array.isArray(statement.modifiers)) return isVariableExport(statement);
  return statement.modifiers.some((modifier: Node) => modifier.kind === SyntaxKind.ExportKeyword);
}

function isVariableExport(statement: Node): boolean {
  return (
    isVariableStatement(statement) &&
    (statement.modifiers?.some(({ kind }) => kind === SyntaxKind.ExportKeyword) ?? false)
  );
}
