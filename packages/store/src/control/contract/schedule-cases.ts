import assert from 'node:assert/strict';
import { audienceId, epochMs, type Schedule, scheduleId } from '@muster/audience';
import { sampleJob, sampleSchedule, sampleScope, sampleTime } from '../testing/samples.ts';
import { type ContractCase, expectProblem } from './contract-case.ts';

const at = (offset: number) => epochMs(sampleTime + offset);

const keeping: readonly ContractCase[] = [
  {
    name: 'a schedule is found as it was stored and as it was changed',
    run: async ({ store, scope }) => {
      const schedule = sampleSchedule('schedule', {
        name: "o'clock\u0000",
        audiences: { kind: 'named', ids: [audienceId('a'), audienceId('b')] },
      });
      assert.deepEqual(await store.schedules.create(scope, () => schedule), schedule);
      assert.deepEqual(await store.schedules.find(scope, schedule.id), schedule);
      const off: Partial<Schedule> = { state: 'inactive', type: 'export', nextRunAt: null, updatedAt: at(3) };
      const changed = await store.schedules.update(scope, schedule.id, (stored) => ({ ...stored, ...off }));
      assert.deepEqual(changed, { ...schedule, ...off });
      assert.deepEqual(await store.schedules.find(scope, schedule.id), changed);
      await store.schedules.delete(scope, schedule.id);
      assert.equal(await store.schedules.find(scope, schedule.id), null);
      await expectProblem(store.schedules.delete(scope, schedule.id), 'scheduleNotFound');
      await expectProblem(
        store.schedules.update(scope, schedule.id, () => schedule),
        'scheduleNotFound',
      );
    },
  },
  {
    name: 'schedules are listed newest first, in stable pages',
    run: async ({ store, scope }) => {
      for (const [id, createdAt] of [
        ['a', at(1)],
        ['c', at(2)],
        ['b', at(2)],
      ] as const) {
        await store.schedules.create(scope, () => sampleSchedule(id, { createdAt }));
      }
      const pages = await Promise.all([0, 2, 4].map((offset) => store.schedules.list(scope, { offset, limit: 2 })));
      assert.deepEqual(
        pages.map((page) => page.items.map((schedule) => schedule.id)),
        [['c', 'b'], ['a'], []],
      );
      assert.deepEqual(
        pages.map((page) => page.totalCount),
        [3, 3, 3],
      );
      assert.equal((await store.schedules.listAll(scope)).length, 3);
    },
  },
  {
    name: 'who adds or changes a schedule sees all others, however many do so at once',
    run: async ({ store, peer, scope }) => {
      const seen: number[] = [];
      const create = (index: number): Promise<Schedule> =>
        (index % 2 === 0 ? store : peer).schedules.create(scope, (others) => {
          seen.push(others.length);
          return sampleSchedule(`schedule-${index}`);
        });
      await Promise.all(Array.from({ length: 10 }, (_, index) => create(index)));
      assert.deepEqual(seen, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
      await store.schedules.update(scope, scheduleId('schedule-3'), (stored, others) => {
        assert.equal(others.length, 9);
        assert.ok(!others.some(({ id }) => id === stored.id));
        return stored;
      });
    },
  },
  {
    name: 'what a refusal interrupts is not stored',
    run: async ({ store, scope }) => {
      const refuse = (): never => {
        throw new Error('no');
      };
      await assert.rejects(store.schedules.create(scope, refuse), /no/);
      const schedule = await store.schedules.create(scope, () => sampleSchedule('schedule'));
      await assert.rejects(store.schedules.update(scope, schedule.id, refuse), /no/);
      assert.deepEqual(await store.schedules.listAll(scope), [schedule]);
    },
  },
];

const starting: readonly ContractCase[] = [
  {
    name: 'schedules whose run is due are found everywhere, the longest due first',
    run: async ({ store, scope }) => {
      const elsewhere = sampleScope(scope.org, 'elsewhere');
      const make = (id: string, changes: Partial<Schedule>) => () => sampleSchedule(id, changes);
      await store.schedules.create(scope, make('second', { nextRunAt: at(2) }));
      await store.schedules.create(elsewhere, make('first', { nextRunAt: at(1) }));
      await store.schedules.create(scope, make('later', { nextRunAt: at(3) }));
      await store.schedules.create(scope, make('off', { state: 'inactive', nextRunAt: null }));
      const due = (await store.schedules.listDueEverywhere(at(2))).filter((entry) => entry.scope.org === scope.org);
      assert.deepEqual(
        due.map((entry) => [entry.scope.sandbox, entry.scope.actor, entry.schedule.id]),
        [
          ['elsewhere', 'planner', 'first'],
          [scope.sandbox, 'planner', 'second'],
        ],
      );
    },
  },
  {
    name: 'one of many that start the same run at once does, and its job is stored with it',
    run: async ({ store, peer, scope }) => {
      const schedule = await store.schedules.create(scope, () => sampleSchedule('schedule'));
      const outcomes = await Promise.all(
        Array.from({ length: 20 }, (_, index) =>
          (index % 2 === 0 ? store : peer).schedules.startRun(scope, schedule, at(9), sampleJob(`job-${index}`)),
        ),
      );
      assert.equal(outcomes.filter((isStarted) => isStarted).length, 1);
      assert.equal(await store.jobs.countUnfinished(scope), 1);
      assert.deepEqual(await store.schedules.find(scope, schedule.id), { ...schedule, nextRunAt: at(9) });
    },
  },
  {
    name: 'a run does not start when the schedule was changed or deleted meanwhile, or its job cannot be stored',
    run: async ({ store, scope }) => {
      const { schedules } = store;
      const schedule = await schedules.create(scope, () => sampleSchedule('schedule'));
      await store.jobs.create(scope, sampleJob('taken'));
      await assert.rejects(schedules.startRun(scope, schedule, at(9), sampleJob('taken')));
      assert.deepEqual(await schedules.find(scope, schedule.id), schedule);
      await schedules.update(scope, schedule.id, (stored) => ({ ...stored, nextRunAt: at(5) }));
      assert.equal(await schedules.startRun(scope, schedule, at(9), sampleJob('job')), false);
      await schedules.update(scope, schedule.id, (stored) => ({ ...stored, state: 'inactive', nextRunAt: null }));
      assert.equal(await schedules.startRun(scope, schedule, at(9), sampleJob('job')), false);
      await schedules.delete(scope, schedule.id);
      assert.equal(await schedules.startRun(scope, schedule, at(9), sampleJob('job')), false);
      assert.equal(await store.jobs.countUnfinished(scope), 1);
    },
  },
];

/** What schedules promise. */
export const scheduleCases: readonly ContractCase[] = [...keeping, ...starting];
