import assert from 'node:assert/strict';
import { epochMs, type NewTask, type Preview, type PreviewRequest, taskId, taskStatuses } from '@muster/audience';
import { samplePlatform, sampleScope, sampleTime } from '../testing/samples.ts';
import type { ContractCase } from './contract-case.ts';

/** A preview that is to be made. */
export function newPreview(id: string, changes: Partial<NewTask<PreviewRequest>> = {}): NewTask<PreviewRequest> {
  const { id: audienceId, expression, mergePolicyId } = samplePlatform('a');
  const request = { audiences: [{ audienceId, expression, mergePolicyId }], asOf: sampleTime } as const;
  const createdBy = sampleScope('ORG').actor;
  return { id: taskId(id), subject: '', request, createdBy, createdAt: sampleTime, ...changes };
}

const finished: Partial<Preview> = {
  status: 'SUCCEEDED',
  outcome: {
    totalProfiles: 5_000_000_000,
    profilesRead: 7,
    profilesMatched: 2,
    byNamespace: { Email: 2, __proto__x: 0 },
    firstMatches: [3, 4],
  },
  error: { code: 'MUSTER', message: "it's fine" },
  progress: 1 / 3,
  attempts: 2,
  updatedAt: epochMs(sampleTime + 5),
  startedAt: sampleTime,
  endedAt: epochMs(sampleTime + 5),
};

/** What previews, exports and uploads promise. */
export const taskCases: readonly ContractCase[] = [
  {
    name: 'a task is found as it was stored, in every state, by its id and by its number',
    run: async ({ store, scope }) => {
      for (const status of taskStatuses) {
        const made = await store.previews.create(scope, newPreview(`preview-${status}`));
        assert.equal(made.status, 'NEW');
        assert.deepEqual(await store.previews.find(scope, made.id), made);
        const ended: Preview = { ...made, ...finished, status };
        assert.equal(await store.previews.transition(scope, ended, ['NEW']), true);
        assert.deepEqual(await store.previews.find(scope, made.id), ended);
        assert.deepEqual(await store.previews.findByNumber(scope, made.number), ended);
      }
      assert.equal(await store.previews.find(scope, taskId('unknown\u0000')), null);
      assert.equal(await store.previews.findByNumber(scope, 1_000), null);
    },
  },
  {
    name: 'tasks that are made at once get different numbers, from 1 in every sandbox',
    run: async ({ store, peer, scope }) => {
      const made = await Promise.all(
        Array.from({ length: 10 }, (_, index) =>
          (index % 2 === 0 ? store : peer).previews.create(scope, newPreview(`p${index}`)),
        ),
      );
      const numbers = made.map(({ number }) => number).sort((a, b) => a - b);
      assert.deepEqual(numbers, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
      const elsewhere = sampleScope(scope.org, 'dev');
      assert.equal((await store.previews.create(elsewhere, newPreview('p0'))).number, 1);
    },
  },
  {
    name: 'tasks are listed newest first, by state, subject and time, in pages by number',
    run: async ({ store, scope }) => {
      for (const [index, subject] of ['a', 'b', 'a', 'b'].entries()) {
        const createdAt = epochMs(sampleTime + index);
        const made = await store.previews.create(scope, newPreview(`p${index + 1}`, { subject, createdAt }));
        if (index === 1) await store.previews.transition(scope, { ...made, status: 'FAILED' }, ['NEW']);
      }
      type Query = Parameters<typeof store.previews.list>[1];
      const check = async (query: Query, expected: readonly number[]): Promise<void> => {
        const first = await store.previews.list(scope, query, { before: null, limit: 2 });
        const before = first.at(-1)?.number ?? null;
        const rest = first.length < 2 ? [] : await store.previews.list(scope, query, { before, limit: 2 });
        assert.deepEqual(
          [...first, ...rest].map(({ number }) => number),
          expected,
        );
        assert.equal(await store.previews.count(scope, query), expected.length);
      };
      await check({}, [4, 3, 2, 1]);
      await check({ statuses: ['FAILED', 'SUCCEEDED'] }, [2]);
      await check({ subject: 'a' }, [3, 1]);
      await check({ createdSince: epochMs(sampleTime + 2) }, [4, 3]);
      await check({ subject: 'c' }, []);
    },
  },
  {
    name: 'one of many that take up the same task at once gets it, and nobody a task that is gone',
    run: async ({ store, peer, scope }) => {
      const made = await store.previews.create(scope, newPreview('p'));
      const take = (index: number): Promise<boolean> =>
        (index % 2 === 0 ? store : peer).previews.transition(scope, { ...made, status: 'PROCESSING' }, ['NEW']);
      const outcomes = await Promise.all(Array.from({ length: 10 }, (_, index) => take(index)));
      assert.equal(outcomes.filter((isTaken) => isTaken).length, 1);
      await store.previews.delete(scope, made.id);
      await store.previews.delete(scope, made.id);
      assert.equal(await store.previews.transition(scope, made, ['NEW', 'PROCESSING']), false);
      assert.equal(await store.previews.find(scope, made.id), null);
    },
  },
  {
    name: 'tasks that have not ended are listed everywhere, oldest first, and those of others are not found',
    run: async ({ store, scope }) => {
      for (const [index, status] of taskStatuses.entries()) {
        const createdAt = epochMs(sampleTime - index);
        const made = await store.previews.create(scope, newPreview(`${scope.org}-${status}`, { createdAt }));
        await store.previews.transition(scope, { ...made, status }, ['NEW']);
      }
      const everywhere = await store.previews.listUnfinishedEverywhere();
      const mine = everywhere.filter((entry) => entry.scope.org === scope.org);
      assert.deepEqual(
        mine.map(({ task }) => task.status),
        ['CANCELLING', 'PROCESSING', 'NEW'],
      );
      const other = sampleScope(`${scope.org}x`);
      const id = taskId(`${scope.org}-NEW`);
      assert.equal(await store.previews.find(other, id), null);
      assert.equal(await store.previews.count(other, {}), 0);
      await store.previews.delete(other, id);
      assert.notEqual(await store.previews.find(scope, id), null);
    },
  },
];
