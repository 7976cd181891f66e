/** Schedules as rows. The next run is a column only, so that starting a run changes nothing else. */
import {
  actorId,
  audienceId,
  epochMs,
  type Schedule,
  type ScheduledAudiences,
  type Scope,
  scheduleId,
  scheduleStates,
  scheduleTypes,
} from '@muster/audience';
import type { Insertable } from 'kysely';
import { columnText } from '../column-text.ts';
import type { ControlTables } from '../tables.ts';
import { memberOf, numberOrNullOf, oneOf, parsedOf, renderJson, textOf, textsOf, timeOf } from './row.ts';

/** The row of a schedule. */
export function encodeSchedule(scope: Scope, schedule: Schedule): Insertable<ControlTables['schedules']> {
  const { nextRunAt, ...document } = schedule;
  return {
    org: scope.org,
    sandbox: scope.sandbox,
    id: columnText(schedule.id),
    created_at: schedule.createdAt,
    next_run_at: nextRunAt,
    document: renderJson(document),
  };
}

const kinds = ['all', 'named'] as const;

function decodeAudiences(value: unknown): ScheduledAudiences {
  const kind = oneOf(kinds, value, 'kind');
  return kind === 'all' ? { kind } : { kind, ids: textsOf(value, 'ids').map(audienceId) };
}

/** The schedule in a row with `document` and `next_run_at`. */
export function decodeSchedule(row: unknown): Schedule {
  const document = parsedOf(row, 'document');
  const nextRunAt = numberOrNullOf(row, 'next_run_at');
  return {
    id: scheduleId(textOf(document, 'id')),
    name: textOf(document, 'name'),
    type: oneOf(scheduleTypes, document, 'type'),
    state: oneOf(scheduleStates, document, 'state'),
    cron: textOf(document, 'cron'),
    audiences: decodeAudiences(memberOf(document, 'audiences')),
    createdBy: actorId(textOf(document, 'createdBy')),
    createdAt: timeOf(document, 'createdAt'),
    updatedAt: timeOf(document, 'updatedAt'),
    nextRunAt: nextRunAt === null ? null : epochMs(nextRunAt),
  };
}
