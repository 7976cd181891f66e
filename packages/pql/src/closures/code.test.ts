import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { PqlObject, PqlValue } from '../types/value.ts';
import type { JsFragment } from './code.ts';
import { assembleProgram, bound, hoisted, joinJs, js, memberName, once, variableName } from './code.ts';

const root = variableName(0);

function check(body: JsFragment, profile: PqlObject, expected: PqlValue): void {
  assert.deepEqual(assembleProgram(body, [0])(profile), expected);
}

/** Texts that would end a string, a template, a comment or a line. */
const hostile = [
  '"',
  "'",
  '`',
  '\\',
  '\\"',
  '$' + '{process}',
  '*/',
  '/*',
  '//',
  '\n',
  '\r',
  '\u2028',
  '\u2029',
  '\0',
  '\ud800',
  '"; throw 1; "',
  '"]; throw 1; v0["',
  '__proto__',
  'constructor',
  '</script>',
  '',
];

test('hostile texts are values, as they are', () => {
  for (const text of hostile) check(bound(text), {}, text);
});

test('hostile names are members and nothing else', () => {
  for (const name of hostile) {
    const profile: PqlObject = Object.assign(Object.create(null), { other: 1 });
    Object.defineProperty(profile, name, { value: 'found', enumerable: true });
    check(js`${root}[${memberName(name)}]`, profile, 'found');
  }
});

test('any text is the value and the member it says', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      check(bound(text), {}, text);
      const profile: PqlObject = Object.create(null);
      Object.defineProperty(profile, text, { value: 1, enumerable: true });
      check(js`${root}[${memberName(text)}]`, profile, 1);
    }),
  );
});

test('numbers keep their value where they stand', () => {
  for (const number of [0, -0, -1, 0.1, 1e300, 5e-324, 2 ** 53, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
    const value = assembleProgram(bound(number), [])();
    assert.ok(Object.is(value, number), String(number));
  }
  check(js`5 - ${bound(-3)}`, {}, 8);
  check(js`typeof ${bound(Number.NaN)}`, {}, 'number');
});

test('arrays and functions are bound, not copied', () => {
  const items: readonly PqlValue[] = ['a', { b: 1 }];
  assert.equal(assembleProgram(bound(items), [])(), items);
  check(js`${bound((value: PqlValue) => typeof value)}(${root})`, {}, 'object');
});

test('a hoisted body is a function of its variables', () => {
  const body = hoisted([0], js`let n = 0; for (const item of ${root}["items"]) n += item; return n;`);
  check(js`${body} + ${body}`, { items: [1, 2] }, 6);
});

test('hoisted bodies may hold hoisted bodies', () => {
  const inner = hoisted([0, 1], js`return ${variableName(1)} * 10;`);
  check(hoisted([0], js`for (const v1 of ${root}["items"]) return ${inner};`), { items: [4] }, 40);
});

test('a value is computed once in each run, and a body that stands in several places is one function', () => {
  let calls = 0;
  const counted = once(js`${bound(() => ++calls)}()`);
  const body = hoisted([], js`return ${counted};`);
  const run = assembleProgram(js`[${counted}, ${body}, ${body}]`, []);
  assert.deepEqual(run(), [1, 1, 1]);
  assert.deepEqual(run(), [2, 2, 2]);
  const missing = once(js`(${bound(() => ++calls)}(), null)`);
  assert.deepEqual(assembleProgram(js`[${missing}, ${missing}]`, [])(), [null, null]);
  assert.equal(calls, 3);
});

test('fragments are joined with what is asked for', () => {
  check(js`[${joinJs([bound(1), bound('a'), bound(null)], js`, `)}]`, {}, [1, 'a', null]);
  check(js`[${joinJs([], js`, `)}]`, {}, []);
});

test('a program of a hundred thousand bindings is made', () => {
  const items = Array.from({ length: 100_000 }, () => bound([1]));
  check(js`[${joinJs(items, js`, `)}].length`, {}, 100_000);
});

test('texts cannot be put between fragments', () => {
  const text = 'process.exit()';
  // @ts-expect-error a bare string is no fragment
  assert.throws(() => assembleProgram(js`${text}`));
  // @ts-expect-error a name is no fragment either
  assert.throws(() => assembleProgram(js`${root}.${text}`));
});
