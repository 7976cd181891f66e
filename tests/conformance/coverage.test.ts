import assert from 'node:assert/strict';
import { test } from 'node:test';
import { builtInSchema, completeAt, renderFunctionTable } from '@muster/pql';
import { loadCoverage } from '@muster/pql-spec';

const { groups } = await loadCoverage();
const features = new Set(groups.flatMap((group) => group.features));

/** The names in the table of functions, which is made from their records. */
const recorded = [...renderFunctionTable().matchAll(/^\| `([^`]+)` \|/gm)].map((row) => row[1] ?? '');

/** The methods that the editor proposes after an array. */
function methodsOf(text: string): readonly string[] {
  const { proposals } = completeAt(text, text.length, builtInSchema);
  return proposals.filter(({ kind }) => kind === 'method').map(({ label }) => label.replace(/\(.*$/, ''));
}

test('every function, operator and method of the language says what cases it needs', () => {
  const methods = ['xEvent.', 'xEvent.eventType.', 'identityMap.', 'person.name.firstName.'].flatMap(methodsOf);
  assert.ok(
    recorded.includes('startsWith') && methods.includes('intersects') && methods.includes('keys'),
    'the names are not found any more',
  );
  assert.deepEqual(
    [...recorded, ...methods].filter((name) => !features.has(name)),
    [],
    'they belong into packages/pql-spec/coverage.json, with cases',
  );
});
