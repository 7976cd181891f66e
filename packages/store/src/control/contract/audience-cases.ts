import assert from 'node:assert/strict';
import {
  type Audience,
  audienceId,
  type ExternalExpiryRequest,
  epochMs,
  etag,
  type MetricsReport,
  type NewTask,
  taskId,
} from '@muster/audience';
import { sampleExternal, sampleMetrics, samplePlatform, sampleScope, sampleTime } from '../testing/samples.ts';
import { type ContractCase, countSuccesses, expectProblem } from './contract-case.ts';

/** Texts that have hurt databases before. */
const hardTexts = [
  "o'brien",
  '"quoted"',
  '100%_sure',
  'back\\slash',
  'null\u0000byte',
  'half \ud800 pair',
  '🙂',
  'a\nb',
];

/** Audiences in which every member has a value, with hard texts in them. */
function fullAudiences(): readonly Audience[] {
  return [
    samplePlatform('platform', {
      name: hardTexts.join(' '),
      description: hardTexts.join(' '),
      labels: hardTexts,
      tags: hardTexts,
      schemaName: '_xdm.context.account',
      ttlInDays: 30,
      lifecycleState: 'draft',
      evaluation: { batch: false, streaming: true, edge: true },
      overridePerformanceWarnings: true,
      payloadSchema: hardTexts.join(' '),
      ansibleDataModel: JSON.parse('{"__proto__": {"a": [1, 2.5, null, true]}, "text": "x"}'),
      expression: { type: 'pql', format: 'pql/json', value: hardTexts.join('\r\n') },
      metrics: {
        jobId: 'job',
        evaluatedAt: sampleTime,
        totalProfiles: 5_000_000_000,
        totalProfilesByNamespace: JSON.parse('{"__proto__": 1, "Email": 2}'),
        totalProfilesByStatus: { realized: 1, existing: 2, exited: 3 },
      },
    }),
    sampleExternal('external', {
      externalId: hardTexts.join(' '),
      namespace: "a'b",
      datasetId: 'dataset',
      linkedAudienceRef: { flowId: 'flow' },
      audienceMeta: { segmentStatus: 'ACTIVE' },
      lifecycleState: 'inactive',
    }),
  ];
}

/** A text of CJK characters, three bytes each, that an engine cannot compress to make it fit. */
function incompressible(length: number): string {
  let state = 1;
  return Array.from({ length }, () => {
    state = (state * 48_271) % 2_147_483_647;
    return String.fromCharCode(0x4e00 + (state % 20_000));
  }).join('');
}

const storing: readonly ContractCase[] = [
  {
    name: 'an audience is found as it was stored, to the last character',
    run: async ({ store, scope }) => {
      for (const audience of [...fullAudiences(), samplePlatform('plain'), sampleExternal('bare')]) {
        await store.audiences.create(scope, audience);
        assert.deepEqual(await store.audiences.find(scope, audience.id), audience);
      }
    },
  },
  {
    name: 'an audience of the greatest size is stored and found by its id',
    run: async ({ store, scope }) => {
      const audience = sampleExternal('large', {
        name: 'ẞ'.repeat(1_000),
        description: '界'.repeat(10_000),
        externalId: incompressible(512),
        namespace: incompressible(256),
        originName: incompressible(256),
        datasetId: incompressible(512),
        schemaName: incompressible(256),
      });
      const platform = samplePlatform('platform', { mergePolicyId: incompressible(512) });
      // The names of organisations and sandboxes are part of every index.
      const long = sampleScope(scope.org.padEnd(128, 'x'), 's'.repeat(256));
      for (const each of [audience, platform]) {
        await store.audiences.create(long, each);
        assert.deepEqual(await store.audiences.find(long, each.id), each);
      }
    },
  },
  {
    name: 'an unknown id finds nothing, whatever its characters',
    run: async ({ store, scope }) => {
      for (const text of ['', 'unknown', ...hardTexts]) {
        assert.equal(await store.audiences.find(scope, audienceId(text)), null);
      }
    },
  },
  {
    name: 'several audiences are found in the order asked for, without those that are not there',
    run: async ({ store, scope }) => {
      for (const id of ['a', 'b', 'c']) await store.audiences.create(scope, samplePlatform(id));
      const ids = ['c', 'nothing', 'a'].map(audienceId);
      const found = await store.audiences.findMany(scope, ids);
      assert.deepEqual(
        found.map((audience) => audience.id),
        ['c', 'a'],
      );
      assert.deepEqual(await store.audiences.findMany(scope, []), []);
    },
  },
  {
    name: 'an external id is used once in a namespace',
    run: async ({ store, scope }) => {
      await store.audiences.create(scope, sampleExternal('one', { externalId: 'x', namespace: 'crm' }));
      await store.audiences.create(scope, sampleExternal('two', { externalId: 'x', namespace: 'aam' }));
      const again = sampleExternal('three', { externalId: 'x', namespace: 'crm' });
      await expectProblem(store.audiences.create(scope, again), 'audienceExists');
      assert.equal(await store.audiences.find(scope, again.id), null);
      await store.audiences.delete(scope, audienceId('one'));
      await store.audiences.create(scope, again);
    },
  },
  {
    name: 'one of many that create the same audience at once succeeds',
    run: async ({ store, peer, scope }) => {
      const creations = Array.from({ length: 20 }, (_, index) =>
        (index % 2 === 0 ? store : peer).audiences.create(
          scope,
          sampleExternal(`try-${index}`, { externalId: 'same' }),
        ),
      );
      assert.equal(await countSuccesses(creations, ['audienceExists']), 1);
    },
  },
];

const replacing: readonly ContractCase[] = [
  {
    name: 'an audience is replaced when its version is the expected one, and keeps its metrics',
    run: async ({ store, scope }) => {
      const before = samplePlatform('a', { metrics: sampleMetrics(7) });
      await store.audiences.create(scope, before);
      const after = samplePlatform('a', {
        name: 'Renamed',
        description: 'new',
        lifecycleState: 'inactive',
        etag: etag('"2"'),
        updatedAt: epochMs(sampleTime + 1),
        metrics: null,
      });
      await store.audiences.replace(scope, after, before.etag);
      assert.deepEqual(await store.audiences.find(scope, after.id), { ...after, metrics: before.metrics });
    },
  },
  {
    name: 'an audience with another version is not replaced',
    run: async ({ store, scope }) => {
      const before = samplePlatform('a');
      await store.audiences.create(scope, before);
      const after = samplePlatform('a', { name: 'Renamed', etag: etag('"2"') });
      await expectProblem(store.audiences.replace(scope, after, etag('"0"')), 'preconditionFailed');
      assert.deepEqual(await store.audiences.find(scope, before.id), before);
    },
  },
  {
    name: 'an audience that is not there is not replaced',
    run: async ({ store, scope }) => {
      await expectProblem(store.audiences.replace(scope, samplePlatform('a'), etag('"1"')), 'audienceNotFound');
    },
  },
  {
    name: 'one of many that replace the same version at once succeeds',
    run: async ({ store, peer, scope }) => {
      await store.audiences.create(scope, samplePlatform('a'));
      const replacements = Array.from({ length: 20 }, (_, index) =>
        (index % 2 === 0 ? store : peer).audiences.replace(
          scope,
          samplePlatform('a', { name: `Try ${index}`, etag: etag(`"try ${index}"`) }),
          etag('"1"'),
        ),
      );
      assert.equal(await countSuccesses(replacements, ['preconditionFailed']), 1);
    },
  },
  {
    name: 'an external id that is taken is refused on replacing too',
    run: async ({ store, scope }) => {
      await store.audiences.create(scope, sampleExternal('a', { externalId: 'x' }));
      await store.audiences.create(scope, sampleExternal('b', { externalId: 'y' }));
      const taken = sampleExternal('b', { externalId: 'x', etag: etag('"2"') });
      await expectProblem(store.audiences.replace(scope, taken, etag('"1"')), 'audienceExists');
    },
  },
  {
    name: 'an audience is replaced together with the end of its memberships, or neither is stored',
    run: async ({ store, scope }) => {
      const before = sampleExternal('a');
      await store.audiences.create(scope, before);
      const expiryAt = (id: string, days: number): NewTask<ExternalExpiryRequest> => ({
        id: taskId(id),
        subject: before.id,
        request: { audienceId: before.id, at: epochMs(sampleTime + days) },
        createdBy: scope.actor,
        createdAt: sampleTime,
      });
      const planned = async (): Promise<readonly string[]> => {
        const ends = await store.externalExpiries.list(scope, { subject: before.id }, { before: null, limit: 9 });
        return ends.map(({ id, number, status }) => `${id} ${number} ${status}`);
      };
      await store.externalExpiries.create(scope, expiryAt('first', 30));
      const after = sampleExternal('a', { ttlInDays: 60, etag: etag('"2"') });
      const second = expiryAt('second', 60);
      await expectProblem(store.audiences.replaceWithExpiry(scope, after, etag('"0"'), second), 'preconditionFailed');
      // An id that is taken stands for whatever else can fail.
      await assert.rejects(store.audiences.replaceWithExpiry(scope, after, before.etag, expiryAt('first', 60)));
      assert.deepEqual(await store.audiences.find(scope, before.id), before);
      assert.deepEqual(await planned(), ['first 1 NEW']);
      assert.deepEqual(await store.audiences.replaceWithExpiry(scope, after, before.etag, second), after);
      assert.deepEqual(await store.audiences.find(scope, before.id), after);
      assert.deepEqual(await planned(), ['second 2 NEW', 'first 1 NEW']);
      assert.deepEqual((await store.externalExpiries.find(scope, second.id))?.request, second.request);
    },
  },
];

const evaluating: readonly ContractCase[] = [
  {
    name: 'metrics are stored without a new version, and unknown audiences are ignored',
    run: async ({ store, scope }) => {
      const audience = samplePlatform('a');
      await store.audiences.create(scope, audience);
      const found = new Map(['a', 'gone'].map((id) => [audienceId(id), sampleMetrics(3)] as const));
      await store.audiences.saveMetrics(scope, found);
      assert.deepEqual(await store.audiences.find(scope, audience.id), { ...audience, metrics: sampleMetrics(3) });
      assert.equal(await store.audiences.find(scope, audienceId('gone')), null);
    },
  },
  {
    name: 'reports on external audiences add up, without a new version, and others are ignored',
    run: async ({ store, peer, scope }) => {
      const external = sampleExternal('a');
      const platform = samplePlatform('b');
      for (const audience of [external, platform]) await store.audiences.create(scope, audience);
      const report = { jobId: 'nightly', jobType: 'AO', reportedAt: sampleTime } as const;
      const reportsOf = (counts: Partial<MetricsReport>) =>
        new Map(['a', 'b', 'gone'].map((id) => [audienceId(id), { ...report, ...counts }]));
      const reports = [{ totalProfiles: 7 }, { recordCount: 9 }].map(reportsOf);
      await Promise.all(
        reports.map((each, index) => (index === 0 ? store : peer).audiences.reportMetrics(scope, each)),
      );
      const known = { ...report, totalProfiles: 7, recordCount: 9 };
      assert.deepEqual(await store.audiences.find(scope, external.id), { ...external, metrics: known });
      assert.deepEqual(await store.audiences.find(scope, platform.id), platform);
      const renamed = sampleExternal('a', { name: 'new', etag: etag('"2"') });
      await store.audiences.replace(scope, renamed, external.etag);
      assert.deepEqual(await store.audiences.find(scope, external.id), { ...renamed, metrics: known });
      const sort = [{ key: 'totalProfiles', direction: 'desc' }] as const;
      const { items } = await store.audiences.list(scope, { sort }, { offset: 0, limit: 1 });
      assert.equal(items[0]?.id, external.id);
    },
  },
  {
    name: 'a batch run takes published platform audiences of every evaluation method, oldest first',
    run: async ({ store, scope }) => {
      const at = (offset: number) => ({ createdAt: epochMs(sampleTime + offset) });
      const streaming = { batch: false, streaming: true, edge: false };
      const audiences: readonly Audience[] = [
        samplePlatform('late', at(9)),
        samplePlatform('tie-b', at(5)),
        samplePlatform('tie-a', at(5)),
        samplePlatform('early', at(1)),
        samplePlatform('draft', { lifecycleState: 'draft' }),
        samplePlatform('inactive', { lifecycleState: 'inactive' }),
        samplePlatform('streaming', { ...at(7), evaluation: streaming }),
        sampleExternal('external'),
      ];
      for (const audience of audiences) await store.audiences.create(scope, audience);
      const batch = await store.audiences.listForBatch(scope);
      assert.deepEqual(
        batch.map((audience) => audience.id),
        ['early', 'tie-a', 'tie-b', 'streaming', 'late'],
      );
      await store.audiences.replace(
        scope,
        samplePlatform('early', { ...at(1), lifecycleState: 'inactive', etag: etag('"2"') }),
        etag('"1"'),
      );
      assert.equal((await store.audiences.listForBatch(scope)).length, 4);
    },
  },
];

/** What audiences promise, but for references and lists. */
export const audienceCases: readonly ContractCase[] = [...storing, ...replacing, ...evaluating];
