import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { builtInSchema } from '../types/built-in.ts';
import { completeAt } from './complete.ts';
import { hoverAt } from './hover.ts';
import { proposalsMax } from './proposal.ts';
import { signatureAt } from './signature.ts';

const audiences = [{ id: 'a1', name: 'Gold members' }];

/** What holds at every place: spans lie in the text and touch the place, and no proposal comes twice. */
function checkPlace(text: string, offset: number): void {
  const { span, proposals } = completeAt(text, offset, builtInSchema, { audiences });
  assert.ok(0 <= span.start && span.start <= offset && offset <= span.end && span.end <= text.length);
  assert.ok(proposals.length <= proposalsMax);
  assert.equal(new Set(proposals.map(({ insert }) => insert)).size, proposals.length);
  const spans = [hoverAt(text, offset, builtInSchema)?.span, signatureAt(text, offset)?.span];
  for (const found of spans) assert.ok(found === undefined || (0 <= found.start && found.end <= text.length));
}

function loadPublished(): readonly { readonly pql: string }[] {
  return JSON.parse(readFileSync(new URL('../../../pql-spec/published.json', import.meta.url), 'utf8'));
}

const publishedTexts = loadPublished().map(({ pql }) => pql);
const fragments = [
  '.',
  ' ',
  '"',
  "'",
  '(',
  ')',
  '[',
  ']',
  ',',
  '^',
  '$1',
  '“',
  ' occurs ',
  ' exists ',
  ' = ',
  ' in ',
  'E',
];

test('at any offset of any text there is an answer', () => {
  const texts = fc.string({ unit: 'binary', maxLength: 40 });
  fc.assert(
    fc.property(texts, fc.nat(), (text, place) => checkPlace(text, place % (text.length + 1))),
    { numRuns: 500 },
  );
});

test('at any offset of a published expression with parts cut out or put in there is an answer', () => {
  const edit = fc.tuple(fc.nat(), fc.nat(12), fc.constantFrom('', ...fragments));
  const edited = fc.tuple(fc.constantFrom(...publishedTexts), fc.array(edit, { maxLength: 3 })).map(([text, edits]) =>
    edits.reduce((current, [place, length, inserted]) => {
      const start = place % (current.length + 1);
      return current.slice(0, start) + inserted + current.slice(start + length);
    }, text),
  );
  fc.assert(
    fc.property(edited, fc.nat(), (text, place) => checkPlace(text, place % (text.length + 1))),
    { numRuns: 1000 },
  );
});

test('a place outside of the text is taken for its nearest end', () => {
  for (const offset of [-5, 99, Number.NaN, Number.POSITIVE_INFINITY]) {
    const { span } = completeAt('person.', offset, builtInSchema);
    assert.ok(span.start === 0 || span.start === 7);
    hoverAt('person.', offset, builtInSchema);
    signatureAt('person.', offset);
  }
});
