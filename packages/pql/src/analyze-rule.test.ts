import assert from 'node:assert/strict';
import { test } from 'node:test';
import { analyzeRule } from './analyze-rule.ts';
import { writePqlJson } from './json/write.ts';
import { parseExpression } from './syntax/parser.ts';
import { builtInSchema } from './types/built-in.ts';

/** The JSON form of a text, as it is stored. */
const jsonOf = (text: string): string => JSON.stringify(writePqlJson(parseExpression(text).ast));

/** The text of a rule in the JSON form and the codes of what is wrong with it. */
function check(value: string, expected: { readonly text: string | null; readonly codes: readonly string[] }): void {
  const { text, checked, diagnostics } = analyzeRule({ format: 'pql/json', value }, builtInSchema, {
    expect: 'condition',
  });
  assert.deepEqual({ text, codes: diagnostics.map(({ code }) => code) }, expected);
  assert.equal(checked === null, expected.codes.length > 0);
}

test('a rule in the JSON form is checked as the text that says the same', () => {
  const text = 'homeAddress.country = "US"';
  check(jsonOf(text), { text, codes: [] });
});

test('what is wrong with a rule in the JSON form is underlined in its text', () => {
  const text = 'homeAdress.country = "US"';
  check(jsonOf(text), { text, codes: ['check/unknown-field'] });
  const [finding] = analyzeRule({ format: 'pql/json', value: jsonOf(text) }, builtInSchema).diagnostics;
  assert.equal(text.slice(finding?.span.start, finding?.span.end), 'homeAdress');
});

test('a value that is no JSON form has no text', () => {
  check('{"nodeType":', { text: null, codes: ['json/malformed'] });
  check('{"nodeType": "literl"}', { text: null, codes: ['json/unknown-node'] });
  check('7', { text: null, codes: ['json/wrong-type'] });
});

test('a rule in the text form is its own text', () => {
  const { text, checked } = analyzeRule({ format: 'pql/text', value: 'true' }, builtInSchema);
  assert.equal(text, 'true');
  assert.ok(checked !== null);
});
