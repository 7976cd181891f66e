/** Constructs of the language that are not used here. */
import {
  isAsExpression,
  isExportAssignment,
  isExportDeclaration,
  isExportSpecifier,
  isFunctionDeclaration,
  isParameterDeclaration,
  isTypeReferenceNode,
  type Node,
  SyntaxKind,
} from 'typescript/unstable/ast';
import type { Finding } from './finding.ts';
import { brandFiles, type CastAllowance, castAllowances } from './policy.ts';
import type { Repository } from './repository.ts';
import { lineOf, nodesOf, type SourceUnit, textOf } from './source-unit.ts';

/** What `banned` says about each node of the sources, null meaning nothing. */
function findNodes(
  { sources }: Repository,
  banned: (node: Node, unit: SourceUnit) => string | null,
): readonly Finding[] {
  return sources.flatMap((unit) =>
    [...nodesOf(unit.tree)].flatMap((node) => {
      const message = banned(node, unit);
      return message === null ? [] : [{ path: unit.path, line: lineOf(unit, node), message }];
    }),
  );
}

/** Every `any`. */
export function findAny(repository: Repository): readonly Finding[] {
  return findNodes(repository, (node) => (node.kind === SyntaxKind.AnyKeyword ? '`any`: write `unknown`' : null));
}

/** Every `!` that claims a value is there. */
export function findNonNull(repository: Repository): readonly Finding[] {
  return findNodes(repository, (node) =>
    node.kind === SyntaxKind.NonNullExpression ? '`!`: narrow, or assert with a reason' : null,
  );
}

/** Default exports. */
export function findDefaultExports(repository: Repository): readonly Finding[] {
  return findNodes(repository, (node) => (isDefaultExport(node) ? 'default export: export a name' : null));
}

function isDefaultExport(node: Node): boolean {
  if (isExportSpecifier(node)) return node.name.text === 'default';
  return isExportAssignment(node) || node.kind === SyntaxKind.DefaultKeyword;
}

/** `export *`, which hides what is public. */
export function findExportStars(repository: Repository): readonly Finding[] {
  return findNodes(repository, (node) =>
    isExportDeclaration(node) && node.exportClause === undefined ? '`export *`: list the names' : null,
  );
}

const accessModifiers: ReadonlySet<SyntaxKind> = new Set([
  SyntaxKind.PrivateKeyword,
  SyntaxKind.PublicKeyword,
  SyntaxKind.ProtectedKeyword,
  SyntaxKind.ReadonlyKeyword,
]);

/** Enums and parameter properties, which are not erasable. */
export function findEnums(repository: Repository): readonly Finding[] {
  return findNodes(repository, (node) => {
    if (node.kind === SyntaxKind.EnumDeclaration) return 'enum: write a union, or an object `as const`';
    if (!isParameterDeclaration(node) || !node.modifiers?.some(({ kind }) => accessModifiers.has(kind))) return null;
    return 'parameter property: declare the field and assign it';
  });
}

/** Casts beyond those that `allowances` count, and allowances that have become too large. */
export function findCasts(
  repository: Repository,
  allowances: ReadonlyMap<string, CastAllowance> = castAllowances,
): readonly Finding[] {
  const casts = findNodes(repository, (node, unit) => (isCast(node, unit) ? '`as`: decode, narrow or annotate' : null));
  const paths = new Set([...casts.map(({ path }) => path), ...allowances.keys()]);
  return [...paths].flatMap((path) => {
    const found = casts.filter((cast) => cast.path === path);
    const allowed = allowances.get(path)?.count ?? 0;
    if (found.length > allowed) return allowed === 0 ? found : [...found, ratchet(path, found.length, allowed)];
    return found.length < allowed ? [ratchet(path, found.length, allowed)] : [];
  });
}

function ratchet(path: string, found: number, allowed: number): Finding {
  return { path, line: 0, message: `has ${found} casts where tests/tidy/policy.ts allows exactly ${allowed}` };
}

function isCast(node: Node, unit: SourceUnit): boolean {
  if (node.kind === SyntaxKind.TypeAssertionExpression) return true;
  if (!isAsExpression(node) || brandFiles.has(unit.path)) return false;
  return !(isTypeReferenceNode(node.type) && textOf(unit, node.type) === 'const');
}

/** Exported functions that leave their return type to the reader. */
export function findMissingReturnTypes(repository: Repository): readonly Finding[] {
  return findNodes(repository, (node) => {
    if (!isFunctionDeclaration(node) || node.type !== undefined) return null;
    const isExported = node.modifiers?.some(({ kind }) => kind === SyntaxKind.ExportKeyword) ?? false;
    return isExported ? `exported function \`${node.name?.text ?? ''}\` without a written return type` : null;
  }).filter(({ path }) => path.endsWith('.ts') || path.endsWith('.tsx'));
}
