import assert from 'node:assert/strict';
import test from 'node:test';
import { re2Engine } from '@muster/evaluation';
import {
  analyzeExpression,
  builtInSchema,
  type CheckedExpression,
  compileClosure,
  formatIsoTime,
  type PqlObject,
  type PqlValue,
  stableUntil,
} from '@muster/pql';
import fc from 'fast-check';
import { decodeWorld } from '../backends/world.ts';
import { randomExpression } from './random-expressions.ts';
import { randomWorld, worldAsOf } from './random-world.ts';

const hourMs = 3_600_000;
const farMs = 80 * 365 * 24 * hourMs;

/** Distances in all units from all references, the ones that ends of months cut off among them. */
const timeTest = fc
  .tuple(
    fc.constantFrom('=', '!=', '<', '<=', '>', '>='),
    fc.integer({ min: 0, max: 14 }),
    fc.constantFrom('hours', 'days', 'weeks', 'months', 'years'),
    fc.constantFrom('before', 'after', 'from'),
    fc.constantFrom('now', 'today', 'yesterday', 'this hour', 'last hour', 'next hour', 'this month', 'last week'),
  )
  .map((parts) => `xEvent.exists(timestamp occurs ${parts.join(' ')})`);

const expression = fc.oneof(fc.integer({ min: 1, max: 3 }).chain(randomExpression), timeTest);

/** Times of evaluation: the worlds' own, and around the ends of months. */
const startTime = fc.oneof(
  fc.constant(worldAsOf),
  fc
    .tuple(fc.constantFrom(Date.UTC(2024, 2, 29), Date.UTC(2024, 2, 31), Date.UTC(2024, 1, 29)), fc.nat(48))
    .map(([day, hours]) => day + hours * hourMs),
);

/** Positions before the end of a stable time, from its start to its last millisecond. */
const positions = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 3, maxLength: 12 });

function answer(checked: CheckedExpression, asOf: number, profile: PqlObject): PqlValue {
  return compileClosure(checked, { asOf, regex: re2Engine })(profile);
}

test('a result is the same at every time before the one until which it is stable', () => {
  fc.assert(
    fc.property(randomWorld(2), expression, startTime, positions, (people, text, asOf, places) => {
      const { checked } = analyzeExpression(text, builtInSchema, { expect: 'condition', regex: re2Engine });
      assert.ok(checked !== null, text);
      const keyed = people.map((person, index) => ({ key: `p${index}`, ...person }));
      for (const { attributes, events } of decodeWorld(keyed, builtInSchema)) {
        const profile: PqlObject = { ...attributes, xEvent: events };
        const until = stableUntil(checked, profile, { asOf, regex: re2Engine });
        const end = until ?? asOf + farMs;
        assert.ok(end > asOf, text);
        const expected = answer(checked, asOf, profile);
        // Half of the places lie near the start: what is stable for long is wrong there, if anywhere.
        const moments = places
          .flatMap((place) => [place, place ** 8])
          .map((p) => Math.floor(asOf + p * (end - 1 - asOf)));
        for (const moment of [...moments, end - 1]) {
          const message = `${text} from ${formatIsoTime(asOf)} at ${formatIsoTime(moment)}`;
          assert.equal(answer(checked, moment, profile), expected, message);
        }
      }
    }),
    { numRuns: 1000 },
  );
});
