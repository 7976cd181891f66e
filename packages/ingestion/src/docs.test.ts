import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { builtInSchema } from '@muster/pql';
import { importLimits } from './limits.ts';
import { decodeMapping } from './mapping/decode-mapping.ts';
import { planMapping } from './mapping/plan-mapping.ts';

const repository = new URL('../../../', import.meta.url);
const page = readFileSync(new URL('docs/import.md', repository), 'utf8');
const regex = { compile: () => ({ error: 'no patterns here' }) };

test('the documentation lists every limit with its value', () => {
  const listed = [...page.matchAll(/^\| `(\w+)` \| ([\d,]+) \|/gm)].map(([, name, value]) => [
    name,
    Number(value?.replaceAll(',', '')),
  ]);
  assert.deepEqual(Object.fromEntries(listed), importLimits);
});

test('the mappings of the documentation and of the examples can be used', () => {
  const worked = /```json\n(\{\n {2}"format": "csv"[\s\S]*?)```/.exec(page)?.[1] ?? '';
  const example = readFileSync(new URL('examples/online-retail/mapping.json', repository), 'utf8');
  for (const text of [worked, example]) {
    const json: unknown = JSON.parse(text);
    planMapping(decodeMapping(json), builtInSchema, { asOf: 0, regex }, importLimits.identityLengthMax);
  }
});
