/** Trees made by chance, most of which nobody would write: what passes the check must run, and agree, on both back ends. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { env } from 'node:process';
import test from 'node:test';
import { re2Engine } from '@muster/evaluation';
import { analyzeExpression, formatExpression, loadObjectType, type ObjectType, type Schema } from '@muster/pql';
import { partsOf, randomTree } from '@muster/pql/testing';
import { openEmbeddedDataStore } from '@muster/store';
import fc from 'fast-check';
import {
  decodeWorld,
  membersByClosures,
  type NamedCondition,
  type StoredWorld,
  storeWorld,
  type WorldPerson,
} from '../backends/world.ts';

const seed = Number(env['MUSTER_SEED'] ?? Math.floor(Math.random() * 1_000_000));
const asOf = Date.UTC(2024, 5, 15);
const conditionsPerRun = 200;

/** Fields with the names that random trees use, of each type and shape. */
const fields = {
  a: { type: 'string' },
  b1: { type: 'integer' },
  a$b: { type: 'string', format: 'date-time' },
  last: { type: 'boolean' },
  count: { type: 'number' },
  from: { type: 'object', properties: { a: { type: 'string' }, and: { type: 'number' } } },
  not: { type: 'array', items: { type: 'string' } },
  now: { type: 'array', items: { type: 'number' } },
  today: { type: 'array', items: { type: 'string', format: 'date-time' } },
  is: { type: 'array', items: { type: 'boolean' } },
  what: { type: 'array', items: { type: 'integer' } },
  E: { type: 'object', additionalProperties: { type: 'number' } },
  min: {
    type: 'object',
    additionalProperties: {
      type: 'object',
      properties: {
        a: { type: 'string' },
        count: { type: 'number' },
        not: { type: 'array', items: { type: 'string' } },
      },
    },
  },
};
const items = { type: 'array', items: { type: 'object', properties: fields } };
const all = { ...fields, Straße: items, _tenant: { type: 'object', properties: { ...fields, where: items } } };
const schema: Schema = {
  profile: typeOf({ ...all, _id: { type: 'string' } }),
  event: typeOf({
    ...all,
    _id: { type: 'string' },
    eventType: { type: 'string' },
    timestamp: { type: 'string', format: 'date-time' },
  }),
};

function typeOf(properties: object): ObjectType {
  const { type, problems } = loadObjectType({ properties });
  assert.deepEqual(problems, []);
  return type;
}

/** Values for `fields`, of which each number lacks others. */
function valuesOf(number: number): Readonly<Record<string, unknown>> {
  const unless = (divisor: number, value: unknown): unknown => (number % divisor === 0 ? null : value);
  return {
    a: ['x', '', 'é'][number % 3],
    b1: unless(4, number),
    a$b: unless(3, `2024-0${1 + (number % 6)}-01`),
    last: number % 2 === 0,
    count: number / 2,
    from: unless(2, { a: 'x', and: 3 }),
    not: unless(3, ['a', 'x']),
    now: unless(2, [1, 2.5]),
    today: unless(2, ['2024-06-15', '2024-01-01']),
    is: unless(3, [true]),
    what: unless(4, [1, number]),
    E: unless(3, { a: number, x: 1 }),
    min: unless(2, { x: { a: 'x', not: ['a', 'x'] }, b: { count: number } }),
  };
}

function personOf(number: number): WorldPerson {
  const key = `p${number}`;
  if (number === 0) return { key, attributes: {}, events: [] };
  const tenant = number % 3 === 0 ? null : { ...valuesOf(number + 2), where: [valuesOf(number)] };
  const list = number % 2 === 0 ? null : [valuesOf(number), valuesOf(number + 1)];
  const events = Array.from({ length: number % 4 }, (_, index) => {
    const own = {
      Straße: index === 0 ? null : [valuesOf(index)],
      timestamp: `2024-0${1 + index}-0${number}T00:00:00Z`,
    };
    return { ...valuesOf(number + index), ...own };
  });
  return { key, attributes: { ...valuesOf(number), Straße: list, _tenant: tenant }, events };
}

/** Parts of random trees that are conditions of some data, each text once. */
function sampleConditions(trees: number): readonly NamedCondition[] {
  const sample = fc.sample(randomTree, { seed, numRuns: trees });
  const texts = new Set(sample.flatMap(partsOf).map(formatExpression));
  return [...texts].flatMap((name) => {
    const { checked } = analyzeExpression(name, schema, { expect: 'condition', regex: re2Engine });
    return checked === null || checked.root.kind === 'constant' ? [] : [{ name, checked }];
  });
}

/** The members of each condition by SQL; when a run fails, the conditions that fail by themselves, with why. */
async function membersBySql(
  world: StoredWorld,
  conditions: readonly NamedCondition[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  try {
    return await world.members(conditions, asOf);
  } catch (error) {
    const [only] = conditions;
    if (only === undefined) throw error;
    if (conditions.length === 1) return new Map([[only.name, [String(error)]]]);
    const half = conditions.length >> 1;
    const first = await membersBySql(world, conditions.slice(0, half));
    return new Map([...first, ...(await membersBySql(world, conditions.slice(half)))]);
  }
}

test(`what passes the check has the same members on both back ends, seed ${seed}`, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'muster-trees-'));
  const data = await openEmbeddedDataStore({ folder });
  try {
    const people = decodeWorld(
      Array.from({ length: 9 }, (_, number) => personOf(number)),
      schema,
    );
    const world = await storeWorld(data, people, schema);
    const conditions = sampleConditions(4_000);
    assert.ok(conditions.length > 500, `only ${conditions.length} conditions`);
    const byClosures = membersByClosures(people, conditions, { asOf, audiences: {} });
    for (let start = 0; start < conditions.length; start += conditionsPerRun) {
      const run = conditions.slice(start, start + conditionsPerRun);
      const bySql = await membersBySql(world, run);
      for (const { name } of run)
        assert.deepEqual(bySql.get(name), byClosures.get(name), `${name}; MUSTER_SEED=${seed}`);
    }
  } finally {
    await data.close();
    await rm(folder, { recursive: true, force: true });
  }
});
