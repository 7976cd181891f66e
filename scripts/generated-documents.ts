/** The documents of which a part is generated, and how. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { renderFunctionTable } from '@muster/pql';
import { repositoryRoot } from './repository-root.ts';

interface GeneratedSection {
  /** From the root of the repository. */
  readonly path: string;
  /** The part between `<!-- name:start -->` and `<!-- name:end -->`. */
  readonly name: string;
  readonly render: () => string;
}

const sections: readonly GeneratedSection[] = [{ path: 'docs/pql.md', name: 'functions', render: renderFunctionTable }];

/** A document as it stands on disk and as it should. */
export interface GeneratedDocument {
  readonly path: string;
  readonly current: string;
  readonly wanted: string;
}

/** Every document with a generated part, each once for each part. Throws when a document lacks the marks. */
export function loadGeneratedDocuments(): Promise<readonly GeneratedDocument[]> {
  return Promise.all(
    sections.map(async ({ path, name, render }) => {
      const current = await readFile(join(repositoryRoot, path), 'utf8');
      return { path, current, wanted: withSection(current, name, render()) };
    }),
  );
}

/** The text with another part between its marks. Throws when it does not have both, in order. */
function withSection(text: string, name: string, content: string): string {
  const startMark = `<!-- ${name}:start -->`;
  const start = text.indexOf(startMark);
  const end = text.indexOf(`<!-- ${name}:end -->`, start);
  if (start < 0 || end < 0) throw new Error(`the marks of \`${name}\` are missing`);
  return `${text.slice(0, start + startMark.length)}\n\n${content}\n\n${text.slice(end)}`;
}
