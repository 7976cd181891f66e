/** Writes the generated parts of the documents: `npm run generate`. A test fails when one is out of date. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadGeneratedDocuments } from './generated-documents.ts';
import { repositoryRoot } from './repository-root.ts';

for (const { path, current, wanted } of await loadGeneratedDocuments()) {
  if (current !== wanted) await writeFile(join(repositoryRoot, path), wanted);
  console.log(`${current === wanted ? 'unchanged' : 'written  '} ${path}`);
}
