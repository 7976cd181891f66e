/** A checked expression never meets a type error: whatever the data, it gives a value of the type it was checked to have. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { analyzeExpression } from './analyze.ts';
import { checkExpression } from './check/check.ts';
import type { CheckedExpression } from './check/expression.ts';
import type { RegexEngine } from './closures/closure.ts';
import { compileClosure } from './closures/compile.ts';
import type { Ast } from './syntax/ast.ts';
import { formatExpression } from './syntax/format.ts';
import { partsOf, randomTree } from './syntax/testing/random-ast.ts';
import { builtInSchema } from './types/built-in.ts';
import { decodeDocument } from './types/decode.ts';
import { anySchema, loadObjectType } from './types/schema.ts';
import type { PqlType, Schema } from './types/type.ts';
import type { PqlObject, PqlValue } from './types/value.ts';

/** Fields with the names that random trees use, so that some trees mean something. */
const item = {
  a: { type: 'string' },
  b1: { type: 'integer' },
  a$b: { type: 'string', format: 'date-time' },
  last: { type: 'boolean' },
  count: { type: 'number' },
  from: { type: 'object', properties: { a: { type: 'string' }, and: { type: 'number' } } },
  not: { type: 'array', items: { type: 'string' } },
  now: { type: 'array', items: { type: 'number' } },
};
const items = { type: 'array', items: { type: 'object', properties: item } };
const eventKeys = { timestamp: { type: 'string', format: 'date-time' }, _id: { type: 'string' } };
const schema: Schema = {
  profile: loadObjectType({ properties: { ...item, Straße: items } }).type,
  event: loadObjectType({ properties: { ...item, Straße: items, ...eventKeys } }).type,
};

/** Patterns that find something or nothing, by their length; what they find is not what is tested. */
const regex: RegexEngine = {
  compile: (text) =>
    text.includes('(')
      ? { error: 'no groups here' }
      : { pattern: { test: () => text.length % 2 === 0, group: () => null, groupCount: 0 } },
};

/** Values for a field, most of them of its type; what does not fit is left out by the decoder. */
const odd = fc.constantFrom<unknown>(null, {}, [], '', 0, true, 'x', [null], { a: {} });
const mostly = (values: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc.oneof({ weight: 5, arbitrary: values }, { weight: 2, arbitrary: odd });
const someItem = fc.record(
  {
    a: mostly(fc.constantFrom('', 'a', 'x', 'é', '🎈', '\ud800')),
    b1: mostly(fc.constantFrom(0, -1, 3, 2 ** 53, -0)),
    a$b: mostly(fc.constantFrom('2024-02-29', '2024-06-15T12:00:00Z', 0, '1900-01-01', '2299-12-31T23:59:59.999Z')),
    last: mostly(fc.boolean()),
    count: mostly(fc.oneof(fc.double({ noNaN: true }), fc.constantFrom(0, 1e308, 5e-324))),
    from: mostly(fc.record({ a: odd, and: mostly(fc.integer()) }, { requiredKeys: [] })),
    not: mostly(fc.array(fc.constantFrom(null, '', 'a'), { maxLength: 3 })),
    now: mostly(fc.array(fc.constantFrom(null, 0, 2.5, 1e308), { maxLength: 3 })),
  },
  { requiredKeys: [] },
);
const someItems = mostly(fc.array(someItem, { maxLength: 2 }));
const someEvent = fc
  .tuple(someItem, fc.record({ Straße: someItems }, { requiredKeys: [] }), fc.integer({ min: 0, max: 2e12 }))
  .map(([own, list, timestamp]) => ({ ...own, ...list, timestamp, _id: String(timestamp) }));
const someProfile = fc
  .tuple(
    someItem,
    fc.record({ Straße: someItems, xEvent: fc.array(someEvent, { maxLength: 3 }) }, { requiredKeys: [] }),
  )
  .map(([own, rest]) => ({ ...own, ...rest }));

/** A profile with its events as it is after decoding, whatever was wrong with it. */
function decoded(json: unknown): PqlObject {
  const xEvent = { type: { kind: 'array', element: schema.event } } as const;
  return decodeDocument({ ...schema.profile, fields: new Map([...schema.profile.fields, ['xEvent', xEvent]]) }, json)
    .document;
}

function evaluate(checked: CheckedExpression, profile: PqlObject): PqlValue {
  return compileClosure(checked, { asOf: Date.UTC(2024, 5, 15), regex })(profile);
}

/** Whether a value is one of its type; only arrays and conditions are never null. */
function isOf(value: PqlValue, type: PqlType): boolean {
  switch (type.kind) {
    case 'any':
      return true;
    case 'null':
      return value === null;
    case 'array':
      return Array.isArray(value) && value.every((element) => element !== null && isOf(element, type.element));
    case 'integer':
      return value === null || Number.isInteger(value);
    case 'number':
    case 'timestamp':
      return value === null || Number.isFinite(value);
    case 'map':
    case 'object':
      return value === null || (typeof value === 'object' && !Array.isArray(value));
    default:
      return value === null || typeof value === type.kind;
  }
}

function checkValue(ast: Ast, expect: 'condition' | 'value', profile: PqlObject): void {
  const { checked } = checkExpression(ast, schema, { expect, regex });
  if (checked === null) return;
  const value = evaluate(checked, profile);
  const isRight = expect === 'condition' ? typeof value === 'boolean' : isOf(value, checked.type);
  assert.ok(isRight, `${formatExpression(ast)} gave ${JSON.stringify(value)}, which is no ${checked.type.kind}`);
}

test('whatever the data, a checked expression gives a value of its type', () => {
  fc.assert(
    fc.property(randomTree, fc.array(someProfile, { minLength: 1, maxLength: 3 }), (ast, documents) => {
      const profiles = documents.map(decoded);
      for (const part of partsOf(ast)) {
        for (const profile of profiles) {
          checkValue(part, 'value', profile);
          checkValue(part, 'condition', profile);
        }
      }
    }),
    { numRuns: 1_000 },
  );
});

function loadPublished(): readonly { readonly pql: string }[] {
  return JSON.parse(readFileSync(new URL('../../pql-spec/published.json', import.meta.url), 'utf8'));
}

test('no text crashes the check, and what it lets pass runs', () => {
  const published = fc.constantFrom(...loadPublished().map(({ pql }) => pql));
  const cut = fc.tuple(
    published,
    fc.nat(),
    fc.nat(10),
    fc.constantFrom('', ' ', '.', '(', ' not ', '1', '"x"', 'xEvent'),
  );
  const edited = cut.map(([text, place, length, put]) => {
    const start = place % (text.length + 1);
    return text.slice(0, start) + put + text.slice(start + length);
  });
  const profile = decodeDocument(builtInSchema.profile, {}).document;
  const texts = fc.oneof(edited, fc.string({ unit: 'binary', maxLength: 40 }));
  fc.assert(
    fc.property(texts, fc.constantFrom(builtInSchema, anySchema), (text, against) => {
      const { checked, diagnostics } = analyzeExpression(text, against, { expect: 'condition', regex });
      const isFaulty = diagnostics.some(({ severity }) => severity === 'error');
      assert.equal(checked === null, isFaulty);
      for (const { span } of diagnostics)
        assert.ok(0 <= span.start && span.start <= span.end && span.end <= text.length);
      if (checked !== null) assert.equal(typeof evaluate(checked, profile), 'boolean');
    }),
    { numRuns: 2_000 },
  );
});
