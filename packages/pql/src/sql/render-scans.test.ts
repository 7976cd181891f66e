import assert from 'node:assert/strict';
import test from 'node:test';
import { analyzeExpression } from '../analyze.ts';
import { planBatch } from '../plan/plan-batch.ts';
import { builtInSchema } from '../types/built-in.ts';
import { identifier, renderSql, sql } from './fragment.ts';
import type { Column, DataLayout } from './layout.ts';
import { defaultScanLimits, renderScans } from './render-scans.ts';

const { leavesPerScanMax, profilesPerScanMax } = defaultScanLimits;

function column(name: string, element: Column['element'], nullable = true): Column {
  return { name, element, arrayDepth: 0, nullable };
}

function layoutOf(profileIdMax: number): DataLayout {
  return {
    profiles: {
      from: sql`${identifier('profiles')} FINAL`,
      columns: new Map([['person.birthYear', column('person/birthYear', 'Int64')]]),
    },
    events: {
      from: sql`${identifier('events')} FINAL`,
      columns: new Map([
        ['timestamp', column('timestamp', 'Int64', false)],
        ['eventType', column('eventType', 'String')],
        ['commerce.order.priceTotal', column('commerce/order/priceTotal', 'Float64')],
      ]),
    },
    profileIdMax,
    membersOf: () => sql`(SELECT 1)`,
  };
}

/** The scans of rules. */
function scansOf(rules: readonly string[], profileIdMax = 10): ReturnType<typeof renderScans>['scans'] {
  const batch = rules.map((rule, index) => {
    const { checked } = analyzeExpression(rule, builtInSchema, { expect: 'condition' });
    assert.ok(checked, rule);
    return { audienceId: `a${index}`, expression: checked };
  });
  return renderScans(planBatch(batch, 0), layoutOf(profileIdMax)).scans;
}

const general = 'exists E from xEvent where E.commerce.order.priceTotal > person.birthYear';

test('the general pass goes through the profiles in ranges, the last one open', () => {
  const scans = scansOf([general], 2 * profilesPerScanMax + 1);
  const ranges = scans.map(({ select }) => {
    const { text, parameters } = renderSql(select);
    return [...text.matchAll(/profile_id ([<>]=) \{(\w+):UInt32\}/g)]
      .slice(0, 2)
      .map(([, sign, name = '']) => `${sign} ${parameters[name]}`);
  });
  assert.deepEqual(ranges, [
    ['>= 1', `<= ${profilesPerScanMax}`],
    [`>= ${profilesPerScanMax + 1}`, `<= ${2 * profilesPerScanMax}`],
    [`>= ${2 * profilesPerScanMax + 1}`, `>= ${2 * profilesPerScanMax + 1}`],
  ]);
  assert.deepEqual(
    scans.map(({ leaves }) => leaves),
    [[0], [0], [0]],
  );
});

test('an empty sandbox still has one general pass, for profiles that come meanwhile', () => {
  assert.equal(scansOf([general], 0).length, 1);
});

test('more leaves than one query takes are split', () => {
  const rules = Array.from({ length: leavesPerScanMax + 1 }, (_, index) => `person.birthYear > ${index}`);
  assert.deepEqual(
    scansOf(rules).map(({ name, leaves }) => [name, leaves.length]),
    [
      ['profiles', leavesPerScanMax],
      ['profiles', 1],
    ],
  );
});

test('a field without a column is null, and no text of a rule is in the SQL', () => {
  const [scan] = scansOf(['homeAddress.country = "it\'s `quoted`"']);
  assert.ok(scan);
  const { text, parameters } = renderSql(scan.select);
  assert.ok(text.includes('NULL = {'), text);
  assert.ok(!text.includes('quoted'), text);
  assert.deepEqual(Object.values(parameters), ["it's `quoted`"]);
});
