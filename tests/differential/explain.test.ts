import assert from 'node:assert/strict';
import test from 'node:test';
import { re2Engine } from '@muster/evaluation';
import {
  analyzeExpression,
  builtInSchema,
  compileClosure,
  type Explanation,
  explainExpression,
  type PqlObject,
  renderExplanation,
} from '@muster/pql';
import { loadCases, loadWorlds } from '@muster/pql-spec';
import fc from 'fast-check';
import { decodeWorld } from '../backends/world.ts';
import { worldPeople, worldSchema } from '../conformance/spec-world.ts';
import { randomExpression } from './random-expressions.ts';
import { randomWorld, worldAsOf } from './random-world.ts';

const expressions = fc.integer({ min: 1, max: 3 }).chain(randomExpression);

test('an explanation comes to the answer that the closure gives, whatever the expression and the profile', () => {
  fc.assert(
    fc.property(randomWorld(3), expressions, (people, text) => {
      const { checked } = analyzeExpression(text, builtInSchema, { expect: 'condition', regex: re2Engine });
      assert.ok(checked !== null, text);
      const keyed = people.map((person, index) => ({ key: `p${index}`, ...person }));
      for (const { key, attributes, events } of decodeWorld(keyed, builtInSchema)) {
        const profile: PqlObject = { ...attributes, xEvent: events };
        const isMember = (audienceId: string): boolean => audienceId === 'evens' && key !== 'p1';
        const evaluation = { asOf: worldAsOf, regex: re2Engine, isMember };
        const explanation = explainExpression(checked, text, evaluation, profile);
        assert.equal(explanation.truth, compileClosure(checked, evaluation)(profile), text);
        assertDecisive(explanation);
        assert.match(renderExplanation(explanation), explanation.truth ? /^✓/ : /^✗/);
      }
    }),
    { numRuns: 400 },
  );
});

test('an explanation comes to the answer of every case of the specification', async () => {
  const worlds = await loadWorlds();
  for (const { world: name, pql, expected } of await loadCases()) {
    const world = worlds.get(name);
    if (world === undefined || expected.kind !== 'members') continue;
    const schema = worldSchema(world);
    const { checked } = analyzeExpression(pql, schema, { expect: 'condition', regex: re2Engine });
    assert.ok(checked !== null, pql);
    const members = decodeWorld(worldPeople(world), schema).filter(({ key, attributes, events }) => {
      const isMember = (audienceId: string): boolean => world.audiences.get(audienceId)?.includes(key) ?? false;
      const evaluation = { asOf: world.asOf, regex: re2Engine, isMember };
      return explainExpression(checked, pql, evaluation, { ...attributes, xEvent: events }).truth;
    });
    assert.deepEqual(members.map(({ key }) => key).sort(), expected.members, pql);
  }
});

/** What an explanation says decided the matter does decide it, at every level. */
function assertDecisive(explanation: Explanation): void {
  const { truth } = explanation;
  switch (explanation.kind) {
    case 'and':
    case 'or': {
      const { operands, decidedBy, kind } = explanation;
      const whole = kind === 'and';
      if (truth === whole) assert.equal(decidedBy.length, operands.length);
      else assert.ok(decidedBy.length > 0);
      for (const index of decidedBy) assert.equal(operands[index]?.truth, truth);
      operands.forEach(assertDecisive);
      return;
    }
    case 'not':
      assert.equal(explanation.operand.truth, !truth);
      assertDecisive(explanation.operand);
      return;
    case 'presence':
      assert.equal(explanation.operand.value !== null, truth !== explanation.negated);
      return;
    case 'items': {
      const { question, matchCount, matches, missCount, misses } = explanation;
      assert.equal(matches.length, Math.min(matchCount, Math.max(matches.length, 1)));
      assert.ok(missCount >= misses.length);
      if (question === 'exists') assert.equal(matchCount > 0, truth);
      if (question === 'none') assert.equal(matchCount === 0, truth);
      for (const { failed } of misses) {
        assert.equal(failed.truth, false);
        assertDecisive(failed);
      }
      return;
    }
    case 'call':
      explanation.arguments.forEach(assertDecisive);
      return;
    default:
      return;
  }
}
