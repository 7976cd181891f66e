/** Which file imports which, and the packages they belong to. */
import {
  isCallExpression,
  isExportDeclaration,
  isImportDeclaration,
  isImportTypeNode,
  isLiteralTypeNode,
  isNamedExports,
  isNamedImports,
  isStringLiteral,
  type Node,
  SyntaxKind,
} from 'typescript/unstable/ast';
import type { Repository } from './repository.ts';
import { lineOf, nodesOf, type SourceUnit } from './source-unit.ts';

/** One import or re-export. */
export interface ModuleImport {
  readonly from: SourceUnit;
  readonly line: number;
  readonly specifier: string;
  /** The file imported, when it is one of the repository's and is there. */
  readonly target: string | null;
  /** Whether it is gone at run time. */
  readonly isTypeOnly: boolean;
}

/** Every import of the sources. */
export function importsOf(repository: Repository): readonly ModuleImport[] {
  return repository.sources.flatMap((unit) =>
    [...nodesOf(unit.tree)].flatMap((node) => {
      const specifier = specifierOf(node);
      if (specifier === null) return [];
      const target = resolveSpecifier(repository, unit.path, specifier);
      return [{ from: unit, line: lineOf(unit, node), specifier, target, isTypeOnly: isTypeOnly(node) }];
    }),
  );
}

function specifierOf(node: Node): string | null {
  if (isImportDeclaration(node) || isExportDeclaration(node)) {
    const { moduleSpecifier } = node;
    return moduleSpecifier !== undefined && isStringLiteral(moduleSpecifier) ? moduleSpecifier.text : null;
  }
  if (isImportTypeNode(node)) {
    return isLiteralTypeNode(node.argument) && isStringLiteral(node.argument.literal)
      ? node.argument.literal.text
      : null;
  }
  if (!isCallExpression(node) || node.expression.kind !== SyntaxKind.ImportKeyword) return null;
  const [argument] = node.arguments;
  return argument !== undefined && isStringLiteral(argument) ? argument.text : null;
}

function isTypeOnly(node: Node): boolean {
  if (isImportTypeNode(node)) return true;
  if (isExportDeclaration(node)) {
    if (node.isTypeOnly) return true;
    return node.exportClause !== undefined && isNamedExports(node.exportClause)
      ? node.exportClause.elements.every((element) => element.isTypeOnly)
      : false;
  }
  if (!isImportDeclaration(node) || node.importClause === undefined) return false;
  const { phaseModifier, name, namedBindings } = node.importClause;
  if (phaseModifier === SyntaxKind.TypeKeyword) return true;
  if (name !== undefined || namedBindings === undefined || !isNamedImports(namedBindings)) return false;
  return namedBindings.elements.length > 0 && namedBindings.elements.every((element) => element.isTypeOnly);
}

/** The file that `specifier` means in the file `from`, or null for one outside the repository or missing. */
function resolveSpecifier(repository: Repository, from: string, specifier: string): string | null {
  if (specifier.startsWith('.')) return existing(repository, joinPath(folderOf(from), specifier));
  const [scope, name, ...rest] = specifier.split('/');
  if (scope !== '@muster' || name === undefined) return null;
  const home = [`packages/${name}`, `apps/${name}`].find((folder) => repository.texts.has(`${folder}/package.json`));
  if (home === undefined) return null;
  const entry = exportsOf(repository, home)[rest.length === 0 ? '.' : `./${rest.join('/')}`];
  return entry === undefined ? null : existing(repository, joinPath(home, entry));
}

function existing(repository: Repository, path: string): string | null {
  return repository.texts.has(path) ? path : null;
}

/** The public entry files of the package in the folder `home`, by subpath, relative to it. */
export function exportsOf(repository: Repository, home: string): Readonly<Record<string, string>> {
  const manifest: unknown = JSON.parse(repository.texts.get(`${home}/package.json`) ?? '{}');
  const entries = isRecord(manifest) && isRecord(manifest['exports']) ? Object.entries(manifest['exports']) : [];
  return Object.fromEntries(entries.flatMap(([name, path]) => (typeof path === 'string' ? [[name, path]] : [])));
}

/** Whether `value` is an object with members, and no array. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The package folder that holds `path`, such as `packages/pql`, or null outside packages. */
export function packageOf(path: string): string | null {
  return /^(?:packages|apps)\/[^/]+(?=\/)/.exec(path)?.[0] ?? null;
}

/** The folder of a path, without a slash at its end. */
export function folderOf(path: string): string {
  return path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '';
}

/** `path` seen from `folder`, with `.` and `..` resolved. */
export function joinPath(folder: string, path: string): string {
  const steps: string[] = [];
  for (const step of `${folder}/${path}`.split('/')) {
    if (step === '..' && steps.length > 0 && steps.at(-1) !== '..') steps.pop();
    else if (step !== '' && step !== '.') steps.push(step);
  }
  return steps.join('/');
}
