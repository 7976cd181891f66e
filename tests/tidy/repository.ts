/** What the rules look at: every file that is written by hand, as text, and the sources as syntax trees. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSources, type SourceUnit } from './source-unit.ts';

/** The texts of a repository. */
export interface Repository {
  /** Text by path from the root, with `/`; only files that hold text. */
  readonly texts: ReadonlyMap<string, string>;
  /** The TypeScript and JavaScript files among them. */
  readonly sources: readonly SourceUnit[];
}

/** Folders that hold nothing written by hand; in a worktree `.git` is a file. */
const ignoredNames: ReadonlySet<string> = new Set(['.git', '.muster', 'coverage', 'dist', 'node_modules', 'results']);
const textFile = /(?:\.(?:[cm]?[jt]sx?|json|jsonl|md|txt|ya?ml|css|html|sql|sh|csv)|(?:^|\/)(?:run|[A-Z]+|\.[a-z]+))$/;
const sourceFile = /\.(?:[cm]?js|tsx?)$/;

/** The repository in the folder `root`. */
export function readRepository(root: string): Repository {
  const texts = new Map<string, string>();
  for (const path of listFiles(root, '')) {
    if (textFile.test(path)) texts.set(path, readFileSync(join(root, path), 'utf8'));
  }
  return repositoryOf(texts);
}

/** A repository of `texts`, for readers that make one up. */
export function repositoryOf(texts: ReadonlyMap<string, string>): Repository {
  const sources = new Map([...texts].filter(([path]) => sourceFile.test(path)));
  return { texts, sources: parseSources(sources) };
}

function listFiles(root: string, folder: string): readonly string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (ignoredNames.has(entry.name)) return [];
    if (entry.isDirectory()) return listFiles(root, path);
    return entry.isFile() ? [path] : [];
  });
}

/** Whether the file at `path` is a test or serves tests only. */
export function isTestPath(path: string): boolean {
  return /\.test\.tsx?$|\/src\/(?:.*\/)?testing\//.test(path) || /^(?:tests|packages\/pql-spec)\//.test(path);
}
