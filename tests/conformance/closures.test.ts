import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { re2Engine } from '@muster/evaluation';
import {
  analyzeExpression,
  type CheckedExpression,
  type Diagnostic,
  describeType,
  type PqlValue,
  renderDiagnostics,
  type Schema,
} from '@muster/pql';
import { loadCases, loadWorlds, type SpecCase } from '@muster/pql-spec';
import { decodeWorld, evaluatePerson } from '../backends/world.ts';
import { worldPeople, worldSchema } from './spec-world.ts';

const worlds = new Map(
  [...(await loadWorlds())].map(([name, world]) => {
    const schema = worldSchema(world);
    const context = { asOf: world.asOf, audiences: Object.fromEntries(world.audiences) };
    return [name, { schema, context, people: decodeWorld(worldPeople(world), schema) }];
  }),
);

/** The outcome of a case on closures, in the form of its expectation. */
function outcome({ world: worldName, pql, expected }: SpecCase): unknown {
  const world = worlds.get(worldName);
  assert.ok(world, `there is no world ${worldName}`);
  const expect = expected.kind === 'members' ? 'condition' : 'value';
  const { checked, diagnostics } = analyzeExpression(pql, world.schema, { expect, regex: re2Engine });
  if (expected.kind === 'diagnostics') {
    const found = diagnostics.map(({ code, span, help }, index) => ({
      code,
      text: pql.slice(span.start, span.end),
      ...(expected.diagnostics[index]?.help === undefined ? {} : { help }),
    }));
    return { found, fixed: expected.fixed === null ? null : mended(pql, diagnostics, world.schema) };
  }
  if (checked === null) return renderDiagnostics(pql, diagnostics);
  if (expected.kind === 'type') return describeType(checked.type);
  const evaluate = (person: (typeof world.people)[number], expression: CheckedExpression): PqlValue =>
    evaluatePerson(person, expression, world.context);
  if (expected.kind === 'members') {
    return world.people
      .filter((person) => evaluate(person, checked) === true)
      .map(({ key }) => key)
      .sort();
  }
  const person = world.people.find(({ key }) => key === expected.profile);
  assert.ok(person, `there is no profile ${expected.profile}`);
  return evaluate(person, checked);
}

/** The text with its repairs made, or what is still wrong with it. */
function mended(text: string, diagnostics: readonly Diagnostic[], schema: Schema): string {
  const fixes = diagnostics.flatMap(({ fix }) => fix ?? []).sort((a, b) => b.span.start - a.span.start);
  const fixed = fixes.reduce((rest, fix) => rest.slice(0, fix.span.start) + fix.text + rest.slice(fix.span.end), text);
  const { checked, diagnostics: left } = analyzeExpression(fixed, schema, { regex: re2Engine });
  return checked === null ? renderDiagnostics(fixed, left) : fixed;
}

/** What a case expects, in the form of its outcome. */
function expectation({ expected }: SpecCase): unknown {
  switch (expected.kind) {
    case 'members':
      return expected.members;
    case 'value':
      return expected.value;
    case 'type':
      return expected.type;
    default:
      return { found: expected.diagnostics, fixed: expected.fixed };
  }
}

const byFeature = Map.groupBy(await loadCases(), ({ feature }) => feature);
for (const [feature, cases] of byFeature) {
  suite(`closures: ${feature}`, () => {
    for (const specCase of cases) {
      test(specCase.name, () => assert.deepEqual(outcome(specCase), expectation(specCase), specCase.pql));
    }
  });
}
