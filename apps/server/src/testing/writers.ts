/** What writers that meet at an audience may rely on, whatever the control store; two servers over one store. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AudienceId, epochMs, Problem, type VersionCondition } from '@muster/audience';
import type { ControlStore } from '@muster/store';
import { decodeNewAudience, type NewAudience } from '@muster/wire';
import { createRuleAnalyzer } from '../adapters/analyze-rule.ts';
import type { Tenant } from '../http/tenancy.ts';
import { changeAudience } from '../use-cases/change-audience.ts';
import { createAudience } from '../use-cases/create-audience.ts';
import type { FoundAudience } from '../use-cases/find-audience.ts';
import { platformSample } from './audience-client.ts';
import { countedIds, testSchema, testTime } from './fixture.ts';
import { testScope } from './test-scope.ts';

/** Two doors to one store: of two processes where the store allows it, otherwise the same twice. */
export type Doors = readonly [ControlStore, ControlStore];

const unconditional: VersionCondition = { kind: 'none' };

function sample(changes: object = {}): NewAudience {
  const wanted = decodeNewAudience({ ...platformSample, ...changes });
  assert.ok(!(wanted instanceof Problem));
  return wanted;
}

async function openTenant(control: ControlStore): Promise<Tenant> {
  const scope = testScope('WRITERS@AdobeOrg');
  return { scope, sandbox: await control.sandboxes.ensure(scope, epochMs(testTime)), key: 'writers', access: 'write' };
}

/** What an audience becomes with one more label. */
const withLabel =
  (label: string) =>
  ({ audience }: FoundAudience): NewAudience =>
    sample({ labels: [...audience.labels, label] });

/** The names of the problems that some works were refused with, and how many succeeded. */
async function outcomesOf(works: readonly Promise<unknown>[]): Promise<Readonly<Record<string, number>>> {
  const counts: Record<string, number> = {};
  for (const outcome of await Promise.allSettled(works)) {
    if (outcome.status === 'rejected') assert.ok(outcome.reason instanceof Problem, String(outcome.reason));
    const name = outcome.status === 'fulfilled' ? 'done' : String(outcome.reason.problem);
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

const ids = countedIds();
const analyzeRule = createRuleAnalyzer({ compile: () => ({ error: 'no patterns in this test' }) });
/** A server over a store. */
const serverOver = (control: ControlStore) => ({
  control,
  ids,
  analyzeRule,
  clock: { now: () => testTime },
  loadSchema: async () => testSchema,
});

interface WriterCase {
  /** A sentence. */
  readonly name: string;
  readonly run: (doors: Doors) => Promise<void>;
}

const cases: readonly WriterCase[] = [
  {
    name: 'every change of writers without a version is kept, whichever server they ask',
    run: async ([left, right]) => {
      const tenant = await openTenant(left);
      const { id } = await createAudience(serverOver(left), tenant, sample({ labels: [] }));
      const labels = Array.from({ length: 40 }, (_, index) => `label-${index}`);
      await Promise.all(
        labels.map((label, index) => {
          const change = { condition: unconditional, change: withLabel(label) };
          return changeAudience(serverOver(index % 2 === 0 ? left : right), tenant, id, change);
        }),
      );
      const stored = await left.audiences.find(tenant.scope, id);
      assert.deepEqual([...(stored?.labels ?? [])].sort(), [...labels].sort());
    },
  },

  {
    name: 'of writers that name the same version one is heard, and the others are told',
    run: async ([left, right]) => {
      const tenant = await openTenant(left);
      const created = await createAudience(serverOver(left), tenant, sample());
      const condition: VersionCondition = { kind: 'versions', versions: [created.etag] };
      const works = Array.from({ length: 30 }, (_, index) => {
        const server = serverOver(index % 2 === 0 ? left : right);
        const change = { condition, change: withLabel(`label-${index}`) };
        return changeAudience(server, tenant, created.id, change);
      });
      assert.deepEqual(await outcomesOf(works), { done: 1, preconditionFailed: 29 });
      assert.notEqual((await right.audiences.find(tenant.scope, created.id))?.etag, created.etag);
    },
  },

  {
    name: 'what is published while its foundation is deactivated ends on one side of the two',
    run: async ([left, right]) => {
      const tenant = await openTenant(left);
      const move = (control: ControlStore, id: AudienceId, changes: object) =>
        changeAudience(serverOver(control), tenant, id, { condition: unconditional, change: () => sample(changes) });
      for (let round = 0; round < 10; round += 1) {
        const base = await createAudience(serverOver(left), tenant, sample());
        const expression = { type: 'PQL', format: 'pql/text', value: `inSegment("${base.id}")` };
        const user = await createAudience(serverOver(left), tenant, sample({ expression, lifecycleState: 'inactive' }));
        await outcomesOf([
          move(left, base.id, { lifecycleState: 'inactive' }),
          move(right, user.id, { expression, lifecycleState: 'published' }),
        ]);
        const stored = await left.audiences.findMany(tenant.scope, [base.id, user.id]);
        const states = stored.map(({ lifecycleState }) => lifecycleState);
        assert.notDeepEqual(states, ['inactive', 'published']);
      }
    },
  },

  {
    name: 'an audience made while what it is built on begins to use events has no method that it may not have',
    run: async ([left, right]) => {
      const tenant = await openTenant(left);
      const bought = 'chain(xEvent, timestamp, [A: WHAT(eventType = "buy") WHEN(<= 24 hours before now)])';
      const ruled = (value: string, evaluationInfo = {}): NewAudience =>
        sample({ expression: { type: 'PQL', format: 'pql/text', value }, evaluationInfo });
      const { id } = await createAudience(serverOver(left), tenant, ruled('workAddress.country = "US"'));
      const change = { condition: unconditional, change: () => ruled(bought) };
      let loads = 0;
      // What the new audience is built on has been read when the schema is loaded for the second time.
      const overtaken = {
        ...serverOver(left),
        loadSchema: async () => {
          loads += 1;
          if (loads === 2) await changeAudience(serverOver(right), tenant, id, change);
          return testSchema;
        },
      };
      const wanted = ruled(`inSegment("${id}") and ${bought}`, { continuous: { enabled: true } });
      const made = await createAudience(overtaken, tenant, wanted);
      assert.deepEqual(made.kind === 'platform' && made.evaluation, { batch: true, streaming: false, edge: false });
      assert.deepEqual(await right.audiences.find(tenant.scope, made.id), made);
    },
  },

  {
    name: 'an audience that is changed while it is deleted is gone',
    run: async ([left, right]) => {
      const tenant = await openTenant(left);
      for (let round = 0; round < 10; round += 1) {
        const { id } = await createAudience(serverOver(left), tenant, sample());
        const change = { condition: unconditional, change: withLabel('late') };
        const outcomes = await outcomesOf([
          changeAudience(serverOver(left), tenant, id, change),
          right.audiences.delete(tenant.scope, id),
        ]);
        assert.ok((outcomes['done'] ?? 0) >= 1);
        assert.equal(await left.audiences.find(tenant.scope, id), null);
      }
    },
  },
];

/** Holds the use cases that write to what they promise. `open` is called once for each test. */
export function describeWriters(open: () => Promise<Doors>): void {
  for (const { name, run } of cases) test(name, async () => run(await open()));
}
