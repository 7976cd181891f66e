import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { re2Engine } from '@muster/evaluation';
import { analyzeExpression, renderDiagnostics, type Schema } from '@muster/pql';
import { loadCases, loadWorlds, type SpecCase, type World } from '@muster/pql-spec';
import { type DataStore, openEmbeddedDataStore } from '@muster/store';
import { decodeWorld, type NamedCondition, storeWorld } from '../backends/world.ts';
import { literalText, worldPeople, worldSchema } from './spec-world.ts';

/** The condition whose members tell the outcome of a case; null for cases that are not about data. */
function conditionText({ pql, expected }: SpecCase): string | null {
  if (expected.kind === 'members') return pql;
  if (expected.kind !== 'value') return null;
  return expected.value === null ? `(${pql}).isNull()` : `(${pql}) = ${literalText(expected.value)}`;
}

function condition(specCase: SpecCase, schema: Schema): readonly NamedCondition[] {
  const text = conditionText(specCase);
  if (text === null) return [];
  const { checked, diagnostics } = analyzeExpression(text, schema, { expect: 'condition', regex: re2Engine });
  if (checked === null) throw new Error(`${specCase.name}:\n${renderDiagnostics(text, diagnostics)}`);
  return [{ name: specCase.name, checked }];
}

/** The members of the conditions of all cases of a world. */
async function answers(
  data: DataStore,
  world: World,
  cases: readonly SpecCase[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const schema = worldSchema(world);
  const stored = await storeWorld(data, decodeWorld(worldPeople(world), schema), schema);
  const audiences = [...world.audiences].map(([id, keys]): NamedCondition => {
    const { checked } = analyzeExpression(`_id in ${literalText(keys)}`, schema, { expect: 'condition' });
    if (checked === null) throw new Error(`audience ${id} cannot be made`);
    return { name: id, checked };
  });
  if (audiences.length > 0) await stored.members(audiences, world.asOf);
  return stored.members(
    cases.flatMap((specCase) => condition(specCase, schema)),
    world.asOf,
  );
}

const worlds = await loadWorlds();
const byWorld = Map.groupBy(await loadCases(), ({ world }) => world);

suite('SQL', () => {
  let data: DataStore;
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'muster-conformance-'));
    data = await openEmbeddedDataStore({ folder });
  });
  after(async () => {
    await data.close();
    await rm(folder, { recursive: true, force: true });
  });

  for (const [name, cases] of byWorld) {
    suite(`world ${name}`, () => {
      let found: ReadonlyMap<string, readonly string[]>;
      before(async () => {
        const world = worlds.get(name);
        assert.ok(world, `there is no world ${name}`);
        found = await answers(data, world, cases);
      });
      for (const specCase of cases) {
        const { expected } = specCase;
        if (expected.kind !== 'members' && expected.kind !== 'value') continue;
        test(`${specCase.feature}: ${specCase.name}`, () => {
          const members = found.get(specCase.name) ?? [];
          if (expected.kind === 'members') assert.deepEqual([...members].sort(), expected.members, specCase.pql);
          else assert.ok(members.includes(expected.profile), specCase.pql);
        });
      }
    });
  }
});
