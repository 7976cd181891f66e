/** What is known of typed fields is found out from the values of untyped ones. */
import assert from 'node:assert/strict';
import { env } from 'node:process';
import test from 'node:test';
import { re2Engine } from '@muster/evaluation';
import { analyzeExpression, anySchema, builtInSchema, type CheckedExpression, type Schema } from '@muster/pql';
import fc from 'fast-check';
import { decodeWorld, evaluatePerson } from '../backends/world.ts';
import { randomExpression } from './random-expressions.ts';
import { randomWorld, worldAsOf } from './random-world.ts';

const seed = Number(env['MUSTER_SEED'] ?? Math.floor(Math.random() * 1_000_000));

function check(text: string, schema: Schema): CheckedExpression {
  const { checked } = analyzeExpression(text, schema, { expect: 'condition', regex: re2Engine });
  assert.ok(checked !== null, text);
  return checked;
}

test(`a condition is true of the same people whether its fields have types or not, seed ${seed}`, () => {
  const [people = []] = fc.sample(randomWorld(30), { seed, numRuns: 1 });
  const keyed = people.map((person, index) => ({ key: `p${index}`, ...person }));
  const context = { asOf: worldAsOf, audiences: { evens: keyed.flatMap(({ key }, index) => (index % 2 ? [] : key)) } };
  const typedPeople = decodeWorld(keyed, builtInSchema);
  const untypedPeople = decodeWorld(keyed, anySchema);
  for (const text of [1, 2, 3].flatMap((depth) =>
    fc.sample(randomExpression(depth), { seed: seed + depth, numRuns: 200 }),
  )) {
    const typed = check(text, builtInSchema);
    const untyped = check(text, anySchema);
    for (const [index, person] of typedPeople.entries()) {
      const other = untypedPeople[index] ?? person;
      const expected = evaluatePerson(person, typed, context);
      assert.equal(evaluatePerson(other, untyped, context), expected, `${text}\nMUSTER_SEED=${seed} repeats it`);
    }
  }
});
