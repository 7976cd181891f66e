import assert from 'node:assert/strict';
import { test } from 'node:test';
import { builtInSchema } from '../types/built-in.ts';
import type { Hover } from './hover.ts';
import { hoverAt } from './hover.ts';
import { signatureAt } from './signature.ts';

/** What is said at the `|` of a text, which stands in the word. */
function hovered(marked: string): Hover | null {
  const offset = marked.indexOf('|');
  const text = marked.slice(0, offset) + marked.slice(offset + 1);
  const hover = hoverAt(text, offset, builtInSchema);
  if (hover !== null) assert.ok(hover.span.start <= offset && offset <= hover.span.end);
  return hover;
}

function check(marked: string, title: string, type: string, documentation: RegExp): void {
  const hover = hovered(marked);
  assert.equal(hover?.title, title);
  assert.equal(hover.type, type);
  assert.match(hover.documentation, documentation);
}

test('a field is explained by its schema', () => {
  check('person.gen|der = "male"', 'gender', 'a string', /Known values: male, female/);
  check('per|son.gender', 'person', 'an object', /^$/);
  check('exists E from xE|vent', 'xEvent', 'an array of objects', /events of the profile/);
  check(
    'exists E from xEvent where E.event|Type = "x"',
    'eventType',
    'a string',
    /advertising.clicks, .* and \d+ more\.$/,
  );
  check('xEvent.event|Type', 'eventType', 'an array of strings', /./);
});

test('a variable is explained by its type', () => {
  check('exists E| from xEvent', 'E', 'an object', /variable/);
  check('exists Ev from xEvent where E|v.eventType', 'Ev', 'an object', /variable/);
  check('let N| = loyalty.points in N', 'N', 'a number', /variable/);
  check('xEvent.groupBy(eventType).map((K, G|) => G.count())', 'G', 'an array of objects', /variable/);
  check('xEvent.groupBy(eventType).map((K|, G) => G.count())', 'K', '', /variable/);
});

test('functions and methods are explained by their signature', () => {
  check(
    'person.name.firstName.starts|With("a")',
    'text.startsWith(part: string, caseSensitive?: boolean): a boolean',
    'a boolean',
    /begins with the part/,
  );
  check('inSeg|ment("x")', 'inSegment(id: audience id): a boolean', 'a boolean', /another audience/);
  check('xEvent.cou|nt()', 'array.count(): a whole number', 'a whole number', /number of items/);
  check('i|f(true, 1, 2)', 'if(condition: condition, then: value, otherwise: value): a value', 'a value', /./);
});

test('keywords, units and operators are explained', () => {
  check('person.birthDate occ|urs today', 'occurs', 'keyword', /timestamp/);
  check('person.birthDate occurs <= 3 da|ys before now', 'days', 'unit of time', /days/);
  check('person.birthDate occurs this we|ek', 'week', 'unit of time', /Monday/);
  check('select X from xEvent wh|ere X.eventType', 'where', 'keyword', /condition on the items/);
  check('let N = loyalty.points i|n N > 1', 'in', 'keyword', /In a `let`/);
  check('xEvent[^|.loyalty.points > 1]', '^', 'an object', /item around/);
  check('loyalty.points >|= 5', '>=', 'operator', /equals it/);
  check('$|1.person', '$1', 'an object', /profile/);
});

test('what means nothing is not explained', () => {
  assert.equal(hovered('nonsen|se = 1'), null);
  assert.equal(hovered('"a| string"'), null);
  assert.equal(hovered('|'), null);
});

function checkSignature(marked: string, label: string | null, active: number | null): void {
  const offset = marked.indexOf('|');
  const signature = signatureAt(marked.slice(0, offset) + marked.slice(offset + 1), offset);
  assert.equal(signature?.label ?? null, label);
  assert.equal(signature?.active ?? null, active);
}

test('the call around the cursor shows its signature and the argument at the cursor', () => {
  const contains = 'text.contains(part: string, caseSensitive?: boolean): a boolean';
  checkSignature('person.name.firstName.contains(|', contains, 0);
  checkSignature('person.name.firstName.contains("a, b|"', contains, 0);
  checkSignature('person.name.firstName.contains("a", |)', contains, 1);
  checkSignature('person.name.firstName.contains("a", true, |)', contains, null);
  checkSignature('date(2024, (1 + |', 'date(year: integer, month: integer, day: integer): a timestamp', 1);
  const equals = 'text.equals(…other: string, caseSensitive?: boolean): a boolean';
  checkSignature('"a".equals("b", "c", |', equals, 0);
  checkSignature('contains(|', null, null);
  checkSignature('date(1, 2, 3) |', null, null);
});
