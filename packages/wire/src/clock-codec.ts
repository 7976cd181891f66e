/** The clock of the server between its form and the domain. */
import { type EpochMs, epochMs, Problem } from '@muster/audience';
import { Check } from 'typebox/value';
import { checkValue } from './check-value.ts';
import { ClockAdvanceBody, ClockChangeBody, type ClockResource } from './clock-schema.ts';

/** What a clock is to do; `at` is null for the time of the machine. */
export interface ClockChange {
  readonly mode: ClockResource['mode'];
  readonly at: EpochMs | null;
}

/** Times that can be set: the years 1970 to 2100, so that seconds of versions and sums of times stay in range. */
const latestMs = Date.UTC(2101, 0) - 1;

function timeProblem(message: string): Problem {
  const expected = 'an ISO 8601 time from 1970 to 2100, such as `2024-05-01T00:00:00Z`';
  return new Problem('invalidBody', [{ message, field: '/now', expected }]);
}

/** The change that a body wants, or what is wrong with it. `parseTime` reads ISO 8601. */
export function decodeClockChange(body: unknown, parseTime: (text: string) => number | null): ClockChange | Problem {
  if (!Check(ClockChangeBody, body)) return new Problem('invalidBody', checkValue(ClockChangeBody, body));
  const { now, mode = 'fixed' } = body;
  if (mode === 'system') {
    return now === undefined ? { mode, at: null } : timeProblem('`now` makes no sense with the mode `system`');
  }
  if (now === undefined) return timeProblem('`now` is missing');
  const time = parseTime(now);
  if (time === null || time < 0 || time > latestMs) return timeProblem(`\`${now.slice(0, 100)}\` is no time`);
  return { mode, at: epochMs(Math.floor(time)) };
}

const unitsMs = { days: 86_400_000, hours: 3_600_000, minutes: 60_000, seconds: 1_000, milliseconds: 1 } as const;

/** The moment that a body wants the clock to be moved to from `now`, or what is wrong with it. */
export function decodeClockAdvance(body: unknown, now: EpochMs): EpochMs | Problem {
  if (!Check(ClockAdvanceBody, body)) return new Problem('invalidBody', checkValue(ClockAdvanceBody, body));
  const { days = 0, hours = 0, minutes = 0, seconds = 0, milliseconds = 0 } = body;
  const target =
    now +
    days * unitsMs.days +
    hours * unitsMs.hours +
    minutes * unitsMs.minutes +
    seconds * unitsMs.seconds +
    milliseconds;
  if (target <= latestMs) return epochMs(target);
  return new Problem('invalidBody', [{ message: 'the clock would be after the year 2100', expected: 'less time' }]);
}

/** The clock as it is sent. */
export function encodeClock(now: EpochMs, mode: ClockResource['mode'], runsStarted?: number): ClockResource {
  return {
    now: new Date(now).toISOString(),
    epochMs: now,
    mode,
    ...(runsStarted === undefined ? {} : { runsStarted }),
  };
}
