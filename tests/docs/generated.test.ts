import assert from 'node:assert/strict';
import test from 'node:test';
import { loadGeneratedDocuments } from '../../scripts/generated-documents.ts';

test('generating the documents again changes nothing; if it would, run `npm run generate`', async () => {
  for (const { path, current, wanted } of await loadGeneratedDocuments()) assert.equal(current, wanted, path);
});
