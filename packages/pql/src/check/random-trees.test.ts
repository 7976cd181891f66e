import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { RegexEngine } from '../closures/closure.ts';
import { compileClosure } from '../closures/compile.ts';
import { planBatch } from '../plan/plan-batch.ts';
import { parameter, renderSql, sql } from '../sql/fragment.ts';
import type { Column, DataLayout } from '../sql/layout.ts';
import { renderScans } from '../sql/render-scans.ts';
import type { Ast } from '../syntax/ast.ts';
import { formatExpression } from '../syntax/format.ts';
import { partsOf, randomTree } from '../syntax/testing/random-ast.ts';
import { decodeDocument } from '../types/decode.ts';
import { leafPaths } from '../types/leaves.ts';
import { anySchema, loadObjectType } from '../types/schema.ts';
import type { ObjectType, PqlType, Schema } from '../types/type.ts';
import type { PqlValue } from '../types/value.ts';
import { checkExpression } from './check.ts';
import type { CheckedExpression } from './expression.ts';

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
  E: { type: 'object', additionalProperties: { type: 'string' } },
};
const fields = {
  ...item,
  Straße: { type: 'array', items: { type: 'object', properties: item } },
  _tenant: { type: 'object', properties: { ...item, where: { type: 'array', items: { properties: item } } } },
};
const { type } = loadObjectType({ properties: fields });
const schema: Schema = {
  profile: type,
  event: loadObjectType({
    properties: { ...fields, timestamp: { type: 'string', format: 'date-time' }, _id: { type: 'string' } },
  }).type,
};

const regex: RegexEngine = {
  compile: (pattern) =>
    pattern.includes('(') ? { error: 'no' } : { pattern: { test: () => true, group: () => null, groupCount: 1 } },
};

const layout: DataLayout = {
  profiles: { from: sql`profiles`, columns: columnsOf(schema.profile) },
  events: { from: sql`events`, columns: columnsOf(schema.event) },
  profileIdMax: 10,
  membersOf: (id) => sql`(SELECT ${parameter(id, 'String')})`,
};

function columnsOf(object: ObjectType): ReadonlyMap<string, Column> {
  const elements: Partial<Record<PqlType['kind'], Column['element']>> = {
    string: 'String',
    boolean: 'Bool',
    number: 'Float64',
  };
  return new Map(
    [...leafPaths(object)].map((leaf) => {
      const name = leaf.path.join('.');
      const element = elements[leaf.type.kind] ?? 'Int64';
      return [name, { name, element, arrayDepth: leaf.arrayDepth, nullable: leaf.arrayDepth === 0 }];
    }),
  );
}

const profile = decodeDocument(
  { ...type, fields: new Map([...type.fields, ['xEvent', { type: { kind: 'array', element: schema.event } }]]) },
  {
    a: 'x',
    b1: 3,
    a$b: '2024-02-29',
    last: true,
    now: [1, 2],
    Straße: [{ a: 'y', not: ['z'] }],
    xEvent: [{ a: 'e', timestamp: '2024-01-01', _id: '1', Straße: [{ b1: 1 }] }],
  },
).document;

/** Puts a tree through everything that may be done with it. */
function check(ast: Ast, against: Schema, expect: 'condition' | 'value'): boolean {
  const { checked, diagnostics } = checkExpression(ast, against, { expect, regex });
  assert.equal(
    checked === null,
    diagnostics.some(({ severity }) => severity === 'error'),
  );
  if (checked === null) return false;
  assert.ok(expect === 'value' || checked.type.kind === 'boolean');
  const value = compileClosure(checked, { asOf: Date.UTC(2024, 5, 15), regex })(profile);
  assert.ok(expect === 'value' || typeof value === 'boolean');
  if (against === schema) assert.ok(isOf(value, checked.type), `${JSON.stringify(value)} is no ${checked.type.kind}`);
  if (expect === 'condition' && against === schema) render(checked);
  return true;
}

/** Whether a value is what its type promises; only arrays are never null. */
function isOf(value: PqlValue, { kind }: PqlType): boolean {
  switch (kind) {
    case 'any':
      return true;
    case 'null':
      return value === null;
    case 'array':
      return Array.isArray(value);
    case 'integer':
      return value === null || Number.isInteger(value);
    case 'timestamp':
      return value === null || typeof value === 'number';
    case 'map':
    case 'object':
      return typeof value === 'object' && !Array.isArray(value);
    default:
      return value === null || typeof value === kind;
  }
}

function render(expression: CheckedExpression): void {
  const plan = planBatch([{ audienceId: 'a', expression }], Date.UTC(2024, 5, 15));
  for (const { select } of renderScans(plan, layout).scans) assert.ok(renderSql(select).text.startsWith('SELECT'));
}

for (const [name, against] of Object.entries({ 'a schema': schema, 'untyped fields': anySchema })) {
  test(`any tree over ${name} is refused, or passes all stages`, () => {
    const passed = new Set<Ast['kind']>();
    fc.assert(
      fc.property(randomTree, fc.constantFrom('condition', 'value'), (ast, expect) => {
        for (const part of partsOf(ast)) if (check(part, against, expect)) passed.add(part.kind);
      }),
      { numRuns: 2_000 },
    );
    assert.ok(passed.size > 15, `only some kinds of trees passed the check: ${[...passed].join(', ')}`);
  });
}

test('checking twice says the same, and leaves the tree as it was', () => {
  fc.assert(
    fc.property(randomTree, (ast) => {
      const text = formatExpression(ast);
      const first = checkExpression(ast, schema);
      assert.deepEqual(checkExpression(ast, schema), first);
      assert.equal(formatExpression(ast), text);
    }),
  );
});
