import assert from 'node:assert/strict';
import { test } from 'node:test';
import { analyzeExpression } from '../analyze.ts';
import { compileClosure } from '../closures/compile.ts';
import { planBatch } from '../plan/plan-batch.ts';
import { builtInSchema } from '../types/built-in.ts';
import { anySchema } from '../types/schema.ts';
import { checkLimits } from './extent.ts';

const regex = { compile: () => ({ error: 'there are no patterns here' }) };

/** Whether an expression is refused as too large; one that is not goes through all later stages. */
function check(text: string, expected: 'fits' | 'too large' | 'too many loops'): void {
  const { checked, diagnostics } = analyzeExpression(text, builtInSchema, { expect: 'condition' });
  const codes = diagnostics.map(({ code }) => code);
  assert.deepEqual(codes, expected === 'fits' ? [] : [`limit/${expected.replaceAll(' ', '-')}`], text.slice(0, 200));
  if (checked === null) return;
  compileClosure(checked, { asOf: 0, regex })({});
  assert.equal(planBatch([{ audienceId: 'a', expression: checked }], 0).audiences.length, 1);
}

/** `base` inside `depth` layers. */
function nested(depth: number, base: string, layer: (inner: string) => string): string {
  return Array.from({ length: depth }).reduce<string>((inner) => layer(inner), base);
}

function listed(count: number, item: (index: number) => string, separator: string): string {
  return Array.from({ length: count }, (_, index) => item(index)).join(separator);
}

test('runs of thousands of operands pass all stages', () => {
  for (const operator of ['and', 'or']) {
    check(
      listed(5_000, () => 'loyalty', ` ${operator} `),
      'fits',
    );
    check(
      listed(1_500, (index) => `person.name.firstName != "n${index}"`, ` ${operator} `),
      'fits',
    );
    check(
      listed(1_200, (index) => `xEvent[eventType = "${index}"].count() < 5`, ` ${operator} `),
      'fits',
    );
    check(
      listed(3_000, (index) => `inSegment("${index}")`, ` ${operator} `),
      'fits',
    );
    const where = listed(1_500, (index) => `E.eventType != "n${index}"`, ` ${operator} `);
    check(`exists E from xEvent where ${where}`, 'fits');
  }
});

test('long sums, lists and rows of filters pass all stages', () => {
  check(`${listed(250, () => 'loyalty.points', ' + ')} > 1`, 'fits');
  check(`person.name.firstName in [${listed(7_000, (index) => `"${index}"`, ', ')}]`, 'fits');
  check(`person.name.firstName in [person.name.lastName, ${listed(3_000, (index) => `"${index}"`, ', ')}]`, 'fits');
  check(`person.name.firstName.equals(${listed(3_000, (index) => `"${index}"`, ', ')})`, 'fits');
  check(`xEvent${'[eventType = "x"]'.repeat(250)}`, 'fits');
});

test('a long row of gets is checked once', () => {
  assert.deepEqual(analyzeExpression(`x${'.get("a")'.repeat(200)}`, anySchema).diagnostics, []);
});

test('names of let that double with each step are refused', () => {
  const steps = (count: number): string =>
    `let a0 = loyalty.points in ${listed(count, (index) => `let a${index + 1} = (a${index} + a${index}) in `, '')}a${count} > 1`;
  check(steps(10), 'fits');
  check(steps(40), 'too large');
});

test('lists of fields around lists of fields are refused', () => {
  const layer = (inner: string): string => `(${inner} notIn [homeAddress.primary, homeAddress.primary])`;
  check(nested(4, 'homeAddress.primary', layer), 'fits');
  check(nested(50, 'homeAddress.primary', layer), 'too large');
});

test('times that depend on times are refused when their SQL would be too large', () => {
  const layer = (inner: string): string =>
    `if(${inner} occurs <= 3 days from person.birthDate, person.birthDate, now0)`;
  const text = (depth: number): string =>
    `${nested(depth, 'person.birthDate', layer).replaceAll('now0', 'person.birthDate')} occurs before today`;
  check(text(4), 'fits');
  check(text(50), 'too large');
});

test('patterns inside patterns are checked once each', () => {
  const text = nested(60, 'person.name.firstName', (inner) => `if(${inner} like "x", "a", "b")`);
  check(`${text} = "a"`, 'fits');
});

test('chains inside chains are refused before they are gone through', () => {
  const layer = (inner: string): string =>
    `chain(profile.xEvent.filter(${inner}), timestamp, [A: WHAT(true), B: WHAT(true)])`;
  check(nested(3, 'true', layer), 'fits');
  check(nested(25, 'true', layer), 'too large');
});

test('queries of many variables are refused before their loops are too deep', () => {
  for (const quantifier of ['exists', 'forall']) {
    const query = (count: number): string =>
      `${quantifier} ${listed(count, (index) => `v${index} from xEvent where v${index}.eventType = "x"`, ', ')}`;
    check(query(50), 'fits');
    check(query(51), 'too many loops');
  }
});

test('a chain of many steps is refused before its SQL is too deep', () => {
  const chain = (count: number): string =>
    `chain(xEvent, timestamp, [${listed(count, (index) => `s${index}: WHAT(eventType = "x")`, ', ')}])`;
  // The events of a step are one more loop.
  check(chain(49), 'fits');
  check(chain(50), 'too many loops');
});

test('a list counts by its items, wherever its name stands', () => {
  const items = listed(1_000, (index) => `"${index}"`, ', ');
  const uses = checkLimits.expandedSizeMax / 1_000;
  const text = (count: number): string =>
    `let names = [${items}] in ${listed(count, () => 'person.name.firstName in names', ' or ')}`;
  check(text(uses / 2), 'fits');
  check(text(uses), 'too large');
});
