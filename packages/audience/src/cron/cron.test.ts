import assert from 'node:assert/strict';
import { test } from 'node:test';
import { epochMs } from '../ids.ts';
import type { Cron } from './cron.ts';
import { frequencyOf } from './frequency.ts';
import { nextRun } from './next-run.ts';
import { parseCron } from './parse-cron.ts';

function cronOf(text: string): Cron {
  const cron = parseCron(text);
  assert.ok(!('faults' in cron), `${text}: ${JSON.stringify(cron)}`);
  return cron;
}

/** The next runs after a moment, as many as are expected. */
function checkRuns(text: string, after: string, expected: readonly string[]): void {
  const cron = cronOf(text);
  let from = epochMs(Date.parse(after));
  const runs = expected.map(() => {
    const run = nextRun(cron, from);
    if (run === null) return 'none';
    from = run;
    return new Date(run).toISOString().replace(/:00\.000Z$/, 'Z');
  });
  assert.deepEqual(runs, expected, `${text} after ${after}`);
}

test('times of day come in order, the moment asked from excluded', () => {
  checkRuns('0 0 1 * * ?', '2024-02-28T01:00:00Z', ['2024-02-29T01:00Z', '2024-03-01T01:00Z']);
  checkRuns('0 0 1 * * ?', '2024-02-28T00:59:59.999Z', ['2024-02-28T01:00Z']);
  checkRuns('30 15 6,18 * * ?', '2024-01-01T06:15:30Z', ['2024-01-01T18:15:30.000Z', '2024-01-02T06:15:30.000Z']);
  checkRuns('0 0/20 22-1 * * ?', '2024-01-01T23:39:00Z', [
    '2024-01-01T23:40Z',
    '2024-01-02T00:00Z',
    '2024-01-02T00:20Z',
  ]);
  checkRuns('0 0 2 * * ?', '2024-01-01T03:00:00Z', ['2024-01-02T02:00Z']);
});

test('days of the week start with 1 for Sunday and have names in any case', () => {
  // 2024-09-01 was a Sunday.
  checkRuns('0 0 0 ? * 1', '2024-08-30T00:00:00Z', ['2024-09-01T00:00Z', '2024-09-08T00:00Z']);
  checkRuns('0 0 0 ? * mon', '2024-09-01T00:00:00Z', ['2024-09-02T00:00Z']);
  checkRuns('0 0 0 ? * FRI-MON', '2024-09-01T00:00:00Z', ['2024-09-02T00:00Z', '2024-09-06T00:00Z']);
  checkRuns('0 0 0 ? * 2-6/2', '2024-09-01T00:00:00Z', ['2024-09-02T00:00Z', '2024-09-04T00:00Z', '2024-09-06T00:00Z']);
});

test('L is the last day of the month, and Saturday in the days of the week', () => {
  checkRuns('0 0 0 L * ?', '2024-02-01T00:00:00Z', ['2024-02-29T00:00Z', '2024-03-31T00:00Z', '2024-04-30T00:00Z']);
  checkRuns('0 0 0 L-3 * ?', '2023-02-01T00:00:00Z', ['2023-02-25T00:00Z']);
  checkRuns('0 0 0 L-29 * ?', '2023-01-15T00:00:00Z', ['2023-03-02T00:00Z']);
  checkRuns('0 0 0 ? * L', '2024-09-01T00:00:00Z', ['2024-09-07T00:00Z']);
  checkRuns('0 0 0 ? * 6L', '2024-09-01T00:00:00Z', ['2024-09-27T00:00Z', '2024-10-25T00:00Z']);
  checkRuns('0 0 0 ? * friL', '2024-09-01T00:00:00Z', ['2024-09-27T00:00Z']);
});

test('W is the nearest day from Monday to Friday inside the month', () => {
  checkRuns('0 0 0 15W * ?', '2024-06-01T00:00:00Z', ['2024-06-14T00:00Z', '2024-07-15T00:00Z']);
  checkRuns('0 0 0 15W 9 ?', '2024-06-01T00:00:00Z', ['2024-09-16T00:00Z']);
  checkRuns('0 0 0 1W 6 ?', '2024-05-01T00:00:00Z', ['2024-06-03T00:00Z']);
  checkRuns('0 0 0 31W 3 ?', '2024-01-01T00:00:00Z', ['2024-03-29T00:00Z']);
  checkRuns('0 0 0 31W * ?', '2024-04-01T00:00:00Z', ['2024-05-31T00:00Z']);
  checkRuns('0 0 0 LW * ?', '2024-06-01T00:00:00Z', ['2024-06-28T00:00Z', '2024-07-31T00:00Z']);
});

test('# counts weekdays, and months without a fifth are passed over', () => {
  checkRuns('0 0 0 ? * 4#3', '2024-09-01T00:00:00Z', ['2024-09-18T00:00Z', '2024-10-16T00:00Z']);
  checkRuns('0 0 0 ? * MON#5', '2024-09-01T00:00:00Z', ['2024-09-30T00:00Z', '2024-12-30T00:00Z']);
});

test('months and years select, and an expression may come to its end', () => {
  checkRuns('0 0 0 29 FEB ?', '2024-03-01T00:00:00Z', ['2028-02-29T00:00Z']);
  checkRuns('0 0 0 1 nov-feb ? 2024-2025', '2024-11-02T00:00:00Z', [
    ...['2024-12-01T00:00Z', '2025-01-01T00:00Z', '2025-02-01T00:00Z', '2025-11-01T00:00Z', '2025-12-01T00:00Z'],
    'none',
  ]);
  checkRuns('0 0 0 30 2 ?', '2024-01-01T00:00:00Z', ['none']);
  checkRuns('0 0 0 1 1 ? 1971', '2024-01-01T00:00:00Z', ['none']);
  checkRuns('0 0 0 1 1 ?', '2099-01-01T00:00:00Z', ['none']);
  checkRuns('0 0 0 1 1 ?', '1960-05-01T00:00:00Z', ['1970-01-01T00:00Z']);
});

test('several rules for days add up, and a star beside a choice means any', () => {
  checkRuns('0 0 0 1,15,L * *', '2024-02-01T00:00:00Z', [
    '2024-02-15T00:00Z',
    '2024-02-29T00:00Z',
    '2024-03-01T00:00Z',
  ]);
  checkRuns('0 0 0 * * SAT', '2024-09-01T00:00:00Z', ['2024-09-07T00:00Z']);
  checkRuns('0 0 0 * * *', '2024-09-01T00:00:00Z', ['2024-09-02T00:00Z']);
});

test('what is no cron expression is refused with every place that is wrong', () => {
  const check = (text: string, places: readonly string[]): void => {
    const cron = parseCron(text);
    assert.ok('faults' in cron, text);
    assert.deepEqual(
      cron.faults.map(({ position }) => text.slice(position.start, position.end)),
      places,
    );
  };
  check('', ['']);
  check('0 0 1 * *', ['0 0 1 * *']);
  check('0 0 1 * * ? 2024 7', ['0 0 1 * * ? 2024 7']);
  check('60 -1 24 * * ?', ['60', '-1', '24']);
  check('0 0 1 32,0 13 ?', ['32', '0', '13']);
  check('0 0 1 ? * 0,8', ['0', '8']);
  check('0 0 1 ? * 4#6', ['4#6']);
  check('0 0 1 ? * 15W', ['15W']);
  check('0 0 1 6L * ?', ['6L']);
  check('0 0 1 L-31 * ?', ['L-31']);
  check('0 0 1 ? * ?', ['?']);
  check('0 0 1 1 * MON', ['MON']);
  check('? 0 1 * * ?', ['?']);
  check('0 0/0 1 * * ?', ['0/0']);
  check('0 0 1, * * ?', ['']);
  check('0 0 1 * * ? 2030-2020', ['2030-2020']);
  check('0 0 1 * janu ?', ['janu']);
  check('every day at noon please now', ['every', 'day', 'at', 'please', 'now']);
});

test('the frequency is a word for how often an expression runs', () => {
  const expected: readonly [string, string][] = [
    ['0 0 1 * * ?', 'daily'],
    ['0 0 1 ? * *', 'daily'],
    ['0 0 1 1-31 * ?', 'daily'],
    ['0 0 1,13 * * ?', 'intraday'],
    ['0 0 1 ? * MON', 'weekly'],
    ['0 0 1 ? * L', 'weekly'],
    ['0 0 1 ? * MON,TUE', 'custom'],
    ['0 0 1 15 * ?', 'monthly'],
    ['0 0 1 L * ?', 'monthly'],
    ['0 0 1 ? * 4#3', 'monthly'],
    ['0 0 1 1,15 * ?', 'custom'],
    ['0 0 1 24 DEC ?', 'yearly'],
    ['0 0 1 24 DEC ? 2030', 'custom'],
    ['0 0 1 1 1/3 ?', 'custom'],
    ['0 0 1 * JAN ?', 'custom'],
  ];
  for (const [text, frequency] of expected) assert.equal(frequencyOf(cronOf(text)), frequency, text);
});
