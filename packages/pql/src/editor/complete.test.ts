import assert from 'node:assert/strict';
import { test } from 'node:test';
import { builtInSchema } from '../types/built-in.ts';
import { leafPaths } from '../types/leaves.ts';
import { completeAt } from './complete.ts';
import type { Proposal } from './proposal.ts';
import { proposalsMax } from './proposal.ts';

const audiences = [
  { id: 'a1', name: 'Gold members' },
  { id: 'b2', name: 'Newsletter' },
];

/** The proposals at the `|` of a text. */
function proposals(marked: string): readonly Proposal[] {
  const offset = marked.indexOf('|');
  const text = marked.slice(0, offset) + marked.slice(offset + 1);
  return completeAt(text, offset, builtInSchema, { audiences }).proposals;
}

function labels(marked: string): readonly string[] {
  return proposals(marked).map(({ label }) => label);
}

/** The first labels at the `|` of a text are these. */
function check(marked: string, expected: readonly string[]): void {
  assert.deepEqual(labels(marked).slice(0, expected.length), expected);
}

/** Some labels are there and some are not. */
function checkSome(marked: string, present: readonly string[], absent: readonly string[]): void {
  const found = labels(marked);
  for (const label of present) assert.ok(found.includes(label), `${label} is missing in ${found.join(' ')}`);
  for (const label of absent) assert.ok(!found.includes(label), `${label} is there`);
}

/** The text once the proposal of a label has been taken. */
function taken(marked: string, label: string): string {
  const offset = marked.indexOf('|');
  const text = marked.slice(0, offset) + marked.slice(offset + 1);
  const { span, proposals: found } = completeAt(text, offset, builtInSchema, { audiences });
  const proposal = found.find((candidate) => candidate.label === label);
  assert.ok(proposal !== undefined, label);
  return text.slice(0, span.start) + proposal.insert + text.slice(span.end);
}

test('behind a dot stand the fields of the object', () => {
  checkSome('person.|', ['name', 'gender', 'isNull', 'isNotNull'], ['homeAddress', 'startsWith', 'count', 'and']);
  check('person.name.first|', ['firstName']);
  check('person.name.FIRST|', ['firstName']);
  check('loyalty.tier = "gold" and person.name.l| and testProfile', ['lastName']);
  checkSome('xEvent.commerce.|', ['order', 'count', 'filter', 'sum'], ['person', 'getYear']);
  checkSome('$1.|', ['person', 'xEvent'], []);
});

test('behind a dot stand the methods that fit the type', () => {
  checkSome(
    'person.name.firstName.|',
    ['startsWith', 'equals', 'regexGroup', 'isNull'],
    ['count', 'getYear', 'filter'],
  );
  checkSome('xEvent.timestamp.|', ['getYear', 'count', 'min'], ['startsWith']);
  checkSome('loyalty.points.|', ['isNull'], ['startsWith', 'getYear', 'count']);
  checkSome('organizations.|', ['intersects', 'distinct', 'startsWith'], ['getMonth', 'sum']);
  checkSome('xEvent.|', ['timestamp', 'eventType', 'filter', 'exists'], ['intersects', 'startsWith']);
});

test('variables lead to the fields of their items', () => {
  checkSome('exists E from xEvent where E.|', ['eventType', 'timestamp'], ['person']);
  check('exists E from xEvent where E.eventT|', ['eventType']);
  checkSome('exists E from xEvent, I from E.productListItems where I.|', ['SKU', 'quantity'], ['eventType']);
  checkSome('sum C.| over C from xEvent', ['commerce'], ['person']);
  checkSome('let N = person.name in N.|', ['firstName'], ['person']);
  checkSome('(Profile) => Profile.|', ['person', 'xEvent'], []);
});

test('names in scope are variables first, then fields', () => {
  check('exists E from xEvent where |', ['E', 'xEvent']);
  check('|', ['xEvent', 'personID']);
  check('xEvent[|', ['timestamp', 'eventType']);
  check('organizations.exists(|)', ['this']);
  checkSome('organizations.exists(|)', ['^.person'], ['person']);
  check('xEvent.topN(|', ['timestamp', 'eventType']);
  check('chain(xEvent, |', ['timestamp', 'eventType']);
  checkSome('|', ['person', 'xEvent', 'identityMap', 'inSegment', 'not', 'exists'], ['and', 'occurs', 'timestamp']);
  checkSome('identityMap.|', ['get', 'keys', 'values', 'count', 'filter'], ['topN', 'sum', 'startsWith']);
  checkSome('identityMap.get("ECID").|', ['id', 'primary', 'head', 'groupBy'], ['keys']);
  checkSome('xEvent[|', ['eventType', 'timestamp', '^.person'], ['person']);
  checkSome('xEvent[^.|', ['person', 'xEvent'], ['eventType']);
  checkSome('xEvent.filter(|)', ['eventType'], ['person']);
  checkSome('xEvent.sum(|)', ['commerce'], ['person']);
  checkSome('chain(xEvent, timestamp, [A: WHAT(|)])', ['eventType'], ['person']);
  checkSome('select E from xEvent where E.productListItems.exists(|)', ['SKU', '^.person'], ['eventType']);
});

test('a field further down is found by its own name', () => {
  assert.equal(taken('firstN|', 'person.name.firstName'), 'person.name.firstName');
  check('loyalty.points > 1 and homeAddr|', ['homeAddress']);
  check('productL|', ['xEvent.productListItems']);
  check('prodItems|', ['xEvent.productListItems']);
  check('select X from xEvent where ev|', ['X.eventType']);
  check('select X from xEvent where priceT|', ['X.commerce.order.priceTotal']);
});

test('known values are proposed inside quotes and as whole operands', () => {
  const values = ['male', 'female', 'not_specified', 'non_specific'];
  assert.deepEqual(labels('person.gender = "|"'), values);
  assert.deepEqual(labels('person.gender = "|'), values);
  assert.deepEqual(labels('person.gender in ["male", "f|"]'), ['female']);
  assert.deepEqual(labels('person.gender.equals("|")'), values);
  assert.deepEqual(labels('person.gender.equals("male", "|'), values);
  assert.deepEqual(labels("privacyOptOuts.optOutValue = 'o|'"), ['out']);
  assert.deepEqual(labels('person.name.firstName = "|"'), []);
  check('person.gender = |', ['"male"', '"female"']);
  check('person.gender in [|', ['"male"', '"female"']);
  check('testProfile = |', ['true', 'false']);
});

test('a string that lacks its quote is closed', () => {
  assert.equal(taken('person.gender = "ma|', 'male'), 'person.gender = "male"');
  assert.equal(taken('person.gender = "ma|le" and a = 1', 'male'), 'person.gender = "male" and a = 1');
  assert.equal(
    taken('person.gender = "| and loyalty.tier = "gold"', 'male'),
    'person.gender = "male" and loyalty.tier = "gold"',
  );
});

test('audiences are proposed by name and inserted by id', () => {
  assert.deepEqual(labels('inSegment("|")'), ['Gold members', 'Newsletter']);
  assert.deepEqual(labels('inSegment("b|")'), ['Newsletter']);
  assert.equal(taken('not inSegment("go|', 'Gold members'), 'not inSegment("a1"');
  assert.equal(taken('inSegment(|', 'Gold members'), 'inSegment("a1"');
  check('inSegment(|)', ['Gold members', 'Newsletter']);
});

test('the map of memberships is asked step by step', () => {
  assert.deepEqual(labels('segmentMembership.|'), ['get']);
  assert.equal(taken('segmentMembership.get(|', 'ups'), 'segmentMembership.get("ups"');
  assert.deepEqual(labels('profile.segmentMembership.get("|")'), ['ups']);
  assert.deepEqual(labels('segmentMembership.get("ups").|'), ['get']);
  assert.deepEqual(labels('segmentMembership.get("ups").get("n|"'), ['Newsletter']);
  check('segmentMembership.get("ups").get("a1").|', ['status']);
  check('segmentMembership.get("ups").get("a1").status = |', ['"realized"', '"existing"']);
});

test('behind an operand stand the operators of its type', () => {
  checkSome('person.name.firstName |', ['=', 'like', 'in', 'and'], ['occurs', 'person']);
  check('person.birthDate |', ['occurs']);
  check('person.birthDate occ|', ['occurs']);
  assert.deepEqual(labels('loyalty.points > 5 |'), ['and', 'or']);
  assert.deepEqual(labels('person.birthDate occurs last month |'), ['and', 'or']);
  check('(loyalty.points > 5) a|', ['and']);
  assert.equal(taken('person.name.firstName = "x"|', 'and'), 'person.name.firstName = "x" and');
});

test('declarations bring their own words', () => {
  assert.deepEqual(labels('exists |'), []);
  assert.deepEqual(labels('exists E |'), ['from']);
  checkSome('exists E from |', ['xEvent', 'organizations', 'person'], ['from']);
  check('exists E from |', ['xEvent', 'organizations', 'loyalty.loyaltyID']);
  check('exists E from xEvent, I from |', ['E.commerce.order.payments']);
  check('exists E from xEvent, I from prod|', ['E.productListItems']);
  check('exists E from xEvent |', ['where']);
  check('exists E from xEvent wh|', ['where']);
  check('sum loyalty.points |', ['over']);
  assert.deepEqual(labels('let N |'), ['=']);
  check('let N = person.name |', ['in']);
});

test('time rules are proposed word by word', () => {
  checkSome('person.birthDate occurs |', ['before', 'between', '<=', 'today', 'last', 'date', 'loyalty'], ['and']);
  checkSome('person.birthDate occurs before |', ['now', 'today', 'this', 'date'], ['before', 'between']);
  check('person.birthDate occurs before tod|', ['today']);
  checkSome('person.birthDate occurs <= 3 |', ['days', 'centuries'], ['day', 'before']);
  check('person.birthDate occurs <= 3 day|', ['days']);
  assert.deepEqual(labels('person.birthDate occurs <= 3 days |'), ['before', 'after', 'from']);
  checkSome('person.birthDate occurs <= 3 days before |', ['now', 'today'], ['before']);
  assert.deepEqual(labels('person.birthDate occurs <= |'), []);
  checkSome('person.birthDate occurs last |', ['month', 'day'], ['months', 'today']);
  assert.deepEqual(labels('person.birthDate occurs between today |'), ['and']);
  checkSome('person.birthDate occurs between today and |', ['tomorrow'], ['and']);
});

test('steps of a chain bring their clauses', () => {
  assert.deepEqual(labels('chain(xEvent, timestamp, [A: |'), ['WHAT', 'WHERE', 'WHEN', 'COUNT']);
  assert.deepEqual(labels('chain(xEvent, timestamp, [A: WHAT(eventType = "x") wh|'), ['WHERE', 'WHEN']);
  assert.deepEqual(labels('chain(xEvent, timestamp, [|'), ['A: WHAT(…)']);
  assert.deepEqual(labels('chain(xEvent, timestamp, [A: WHAT(a), |'), ['B: WHAT(…)']);
  assert.deepEqual(labels('chain(xEvent, timestamp, [A |'), []);
  assert.equal(taken('chain(xEvent, timestamp, [A: |', 'WHAT'), 'chain(xEvent, timestamp, [A: WHAT(');
  assert.equal(taken('chain(xEvent, timestamp, [A: |(a)])', 'WHAT'), 'chain(xEvent, timestamp, [A: WHAT(a)])');
  checkSome('chain(xEvent, timestamp, [A: WHAT(eventType) WHEN(|', ['before', 'today', '<='], ['WHAT']);
});

test('a call brings its bracket unless it is there', () => {
  assert.equal(taken('person.name.firstName.sta|', 'startsWith'), 'person.name.firstName.startsWith(');
  assert.equal(taken('person.name.firstName.e|("x")', 'equals'), 'person.name.firstName.equals("x")');
  assert.equal(taken('xEvent.co|', 'count'), 'xEvent.count()');
});

test('after a mistake in the text a path is still completed', () => {
  check('foo bar person.name.fir|', ['firstName']);
  checkSome('loyalty.points > > 5 and person.|', ['name'], []);
  checkSome('(((person.|', ['name'], []);
});

test('there are no proposals in numbers, and never too many', () => {
  assert.deepEqual(labels('loyalty.points > 12|'), []);
  assert.ok(labels('xEvent[e|').length <= proposalsMax);
  assert.deepEqual(completeAt(`a = "${'x'.repeat(70_000)}"`, 3, builtInSchema).proposals, []);
});

/** Whether taking some proposal gives a text that is the path, or that the path goes on from. */
function continues(path: string, length: number): boolean {
  const { span, proposals: found } = completeAt(path.slice(0, length), length, builtInSchema);
  return found.some(({ insert }) => {
    const text = path.slice(0, span.start) + insert;
    return text === path || path.startsWith(`${text}.`);
  });
}

test('after any part of the path of a field, that field is proposed', () => {
  for (const { path } of leafPaths(builtInSchema.profile)) {
    const text = path.join('.');
    for (let length = 0; length <= text.length; length++) assert.ok(continues(text, length), text.slice(0, length));
  }
});
