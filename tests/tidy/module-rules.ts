/** Which module may import which. */
import type { Finding } from './finding.ts';
import { exportsOf, folderOf, importsOf, isRecord, joinPath, type ModuleImport, packageOf } from './module-graph.ts';
import { allowedImports, entryPoints, independentPackages, purePackages, testOnlyPackage } from './policy.ts';
import { isTestPath, type Repository } from './repository.ts';

/** What `banned` says about each import, null meaning nothing. */
function findImports(repository: Repository, banned: (found: ModuleImport) => string | null): readonly Finding[] {
  return importsOf(repository).flatMap((found) => {
    const message = banned(found);
    return message === null ? [] : [{ path: found.from.path, line: found.line, message }];
  });
}

/** Imports against the direction in which packages depend on each other. */
export function findWrongDirections(repository: Repository): readonly Finding[] {
  return findImports(repository, ({ from, target }) => {
    const home = packageOf(from.path);
    const other = target === null ? null : packageOf(target);
    if (other === null || home === other) return null;
    if (other === testOnlyPackage) return isTestPath(from.path) ? null : `only tests may import ${testOnlyPackage}`;
    if (home === null || allowedImports[home]?.includes(other)) return null;
    return `${home} may not import ${other}: dependencies point one way (tests/tidy/policy.ts)`;
  });
}

/** Relative imports that leave their package, and imports of a package by its own name. */
export function findBoundaryCrossings(repository: Repository): readonly Finding[] {
  return findImports(repository, ({ from, specifier, target }) => {
    const home = packageOf(from.path);
    if (!specifier.startsWith('.')) {
      const isOwn = home !== null && target !== null && packageOf(target) === home;
      return isOwn ? `\`${specifier}\` is its own package: import the file itself` : null;
    }
    if (home === packageOf(joinPath(folderOf(from.path), specifier))) return null;
    return `\`${specifier}\` crosses the boundary of a package: import it by its name`;
  });
}

/** Imports of the repository's own modules that lead nowhere. */
export function findDeadImports(repository: Repository): readonly Finding[] {
  return findImports(repository, ({ specifier, target }) => {
    const isOwn = specifier.startsWith('.') || specifier.startsWith('@muster/');
    return isOwn && target === null ? `\`${specifier}\` is not there` : null;
  });
}

/** Cycles of imports that exist at run time, each reported once, at its alphabetically first file. */
export function findCycles(repository: Repository): readonly Finding[] {
  const targets = new Map<string, string[]>();
  for (const { from, target, isTypeOnly } of importsOf(repository)) {
    if (target !== null && !isTypeOnly) targets.set(from.path, [...(targets.get(from.path) ?? []), target]);
  }
  const cycles = new Map<string, Finding>();
  for (const start of targets.keys()) {
    const cycle = shortestCycle(targets, start);
    if (cycle === null || cycle.some((path) => path < start)) continue;
    cycles.set(start, { path: start, line: 0, message: `is in an import cycle: ${[...cycle, start].join(' → ')}` });
  }
  return [...cycles.values()];
}

/** The shortest way from `start` back to it, as the files on it, or null. */
function shortestCycle(targets: ReadonlyMap<string, readonly string[]>, start: string): readonly string[] | null {
  const seen = new Set<string>();
  let ways: readonly (readonly string[])[] = [[start]];
  while (ways.length > 0) {
    const next: (readonly string[])[] = [];
    for (const way of ways) {
      for (const target of targets.get(way.at(-1) ?? '') ?? []) {
        if (target === start) return way;
        if (!seen.has(target)) next.push([...way, target]);
        seen.add(target);
      }
    }
    ways = next;
  }
  return null;
}

/** Modules of packages that nothing imports and nothing starts. */
export function findUnusedFiles(repository: Repository): readonly Finding[] {
  const imported = new Set(importsOf(repository).flatMap(({ target }) => (target === null ? [] : [target])));
  return repository.sources
    .filter(({ path }) => packageOf(path) !== null && !imported.has(path) && !isEntry(repository, path))
    .map(({ path }) => ({ path, line: 0, message: 'nothing imports this file: use it or delete it' }));
}

function isEntry(repository: Repository, path: string): boolean {
  const home = packageOf(path);
  if (home !== null && Object.values(exportsOf(repository, home)).some((entry) => joinPath(home, entry) === path)) {
    return true;
  }
  return entryPoints.some((pattern) => pattern.test(path));
}

/** Modules from outside that a package imports without naming them in its `package.json`, or may not have at all. */
export function findUndeclaredDependencies(repository: Repository): readonly Finding[] {
  return findImports(repository, ({ from, specifier }) => {
    const home = packageOf(from.path);
    if (home === null || isTestPath(from.path) || /^(?:\.|node:)/.test(specifier)) return null;
    const name = specifier
      .split('/')
      .slice(0, specifier.startsWith('@') ? 2 : 1)
      .join('/');
    const declared = dependenciesOf(repository, home);
    return declared.includes(name) ? null : `\`${name}\` is missing in the dependencies of ${home}/package.json`;
  });
}

/** Dependencies from outside in packages that are to have none. */
export function findForeignDependencies(repository: Repository): readonly Finding[] {
  return independentPackages.flatMap((home) =>
    dependenciesOf(repository, home)
      .filter((name) => !name.startsWith('@muster/'))
      .map((name) => ({
        path: `${home}/package.json`,
        line: 0,
        message: `depends on \`${name}\`, and may on nothing`,
      })),
  );
}

function dependenciesOf(repository: Repository, home: string): readonly string[] {
  const manifest: unknown = JSON.parse(repository.texts.get(`${home}/package.json`) ?? '{}');
  if (!isRecord(manifest)) return [];
  return ['dependencies', 'peerDependencies', 'optionalDependencies'].flatMap((kind) => {
    const section = manifest[kind];
    return isRecord(section) ? Object.keys(section) : [];
  });
}

/** Modules of the platform in packages that are to run anywhere. */
export function findPlatformImports(repository: Repository): readonly Finding[] {
  return findImports(repository, ({ from, specifier }) => {
    const isPure = purePackages.includes(packageOf(from.path) ?? '') && !isTestPath(from.path);
    return isPure && specifier.startsWith('node:') ? `\`${specifier}\` in a pure package: take a value instead` : null;
  });
}
