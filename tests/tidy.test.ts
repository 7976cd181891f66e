import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { renderFindings } from './tidy/finding.ts';
import { readRepository } from './tidy/repository.ts';
import { rules } from './tidy/rules.ts';

const repository = readRepository(join(import.meta.dirname, '..'));

for (const [sentence, find] of Object.entries(rules)) {
  test(sentence, () => {
    const findings = find(repository);
    // Thrown as text, without the comparison of lists that an assertion would print.
    if (findings.length > 0) assert.fail(renderFindings(findings));
  });
}
