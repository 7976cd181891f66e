import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RuleSource } from './analyze-rule.ts';
import { convertRule } from './convert-rule.ts';

function convert(rule: RuleSource): RuleSource {
  const { converted, diagnostics } = convertRule(rule);
  assert.deepEqual(diagnostics, []);
  assert.ok(converted !== null);
  return converted;
}

test('text becomes JSON and JSON becomes the text that is formatted', () => {
  const json = convert({ format: 'pql/text', value: 'workAddress.country="US"' });
  assert.equal(json.format, 'pql/json');
  assert.equal(JSON.parse(json.value).nodeType, 'fnApply');
  assert.deepEqual(convert(json), { format: 'pql/text', value: 'workAddress.country = "US"' });
});

test('fields nobody knows are converted: names are not checked', () => {
  const text = 'nothing.at.all in ["a", "b"]';
  assert.equal(convert(convert({ format: 'pql/text', value: text })).value, text);
});

test('what has no tree is not converted, and says why', () => {
  const check = (rule: RuleSource, code: string): void => {
    const { converted, diagnostics } = convertRule(rule);
    assert.equal(converted, null);
    assert.ok(
      diagnostics.some((diagnostic) => diagnostic.code.startsWith(code)),
      JSON.stringify(diagnostics),
    );
  };
  check({ format: 'pql/text', value: 'a = ' }, '');
  check({ format: 'pql/json', value: '{"nodeType":' }, 'json/malformed');
  check({ format: 'pql/json', value: '{"nodeType":"nothing"}' }, 'json/unknown-node');
  check({ format: 'pql/json', value: 'null' }, 'json/');
});
