import assert from 'node:assert/strict';
import { env } from 'node:process';
import { test } from 'node:test';
import fc from 'fast-check';
import { type AudienceElement, elementPart, elementsText } from './audience-elements.ts';

const seed = Number(env['MUSTER_SEED'] ?? Math.floor(Math.random() * 1_000_000));

/** Values made of what could be mistaken for the marks around them. */
const value = fc.array(fc.constantFrom('"', '\\', '[', ']', ',', 'labels', 'tags', 'a', ' '), { maxLength: 8 });
const element: fc.Arbitrary<AudienceElement> = fc.record({
  element: fc.constantFrom('labels', 'tags'),
  value: value.map((parts) => parts.join('')),
});

test(`the text of labels and tags has the parts of those that there are, and no other, seed ${seed}`, () => {
  const property = fc.property(fc.array(element, { maxLength: 4 }), element, (there, wanted) => {
    const text = elementsText(there);
    for (const each of there) assert.ok(text.includes(elementPart(each.element, each.value)));
    const hasIt = there.some((each) => each.element === wanted.element && each.value === wanted.value);
    assert.equal(text.includes(elementPart(wanted.element, wanted.value)), hasIt);
    const hasAny = there.some((each) => each.element === wanted.element);
    assert.equal(text.includes(elementPart(wanted.element, null)), hasAny);
  });
  fc.assert(property, { seed, numRuns: 5_000 });
});
