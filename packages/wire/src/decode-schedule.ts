/** Requests about schedules, as values of the domain. */
import {
  type AudienceId,
  audienceId,
  cronDefault,
  Problem,
  type ScheduleChange,
  type ScheduleDraft,
  type ScheduledAudiences,
  type ScheduleFields,
  type ScheduleId,
  scheduleId,
  scheduleStates,
} from '@muster/audience';
import { Check } from 'typebox/value';
import { checkValue } from './check-value.ts';
import {
  AudienceMapBody,
  NewScheduleBody,
  ScheduleAudiencesBody,
  SchedulePatchBody,
  TriggerBody,
} from './schedule-schema.ts';

const idsOf = (texts: readonly string[]): readonly AudienceId[] => [...new Set(texts)].map(audienceId);

function decodeAudiences(segments: readonly string[]): ScheduledAudiences {
  return segments.includes('*') ? { kind: 'all' } : { kind: 'named', ids: idsOf(segments) };
}

/** The schedule a body describes, or what is wrong with the body. Fields that only the server sets are ignored. */
export function decodeNewSchedule(body: unknown): ScheduleDraft | Problem {
  if (!Check(NewScheduleBody, body)) return new Problem('invalidBody', checkValue(NewScheduleBody, body));
  const { segments } = body.properties;
  if (segments === undefined && body.type === 'batch_segmentation') {
    return new Problem('invalidBody', [
      {
        message: '`segments` is missing',
        field: '/properties/segments',
        expected: '`["*"]`, or ids of audiences',
        suggestion: 'add `segments`',
      },
    ]);
  }
  return {
    name: body.name,
    type: body.type,
    state: body.state ?? 'inactive',
    cron: body.schedule ?? cronDefault,
    audiences: decodeAudiences(segments ?? []),
  };
}

/** What a JSON Patch makes of a schedule, and where in it each value stands; or what is wrong with it. */
export function decodeSchedulePatch(
  body: unknown,
): { readonly change: ScheduleChange; readonly fields: ScheduleFields } | Problem {
  if (!Check(SchedulePatchBody, body)) return new Problem('invalidBody', checkValue(SchedulePatchBody, body));
  let change: ScheduleChange = {};
  let fields: ScheduleFields = { cron: '', state: '' };
  for (const [index, { path, value }] of body.entries()) {
    const field = `/${index}/value`;
    if (path === '/schedule') {
      change = { ...change, cron: value };
      fields = { ...fields, cron: field };
      continue;
    }
    const state = scheduleStates.find((candidate) => candidate === value);
    if (state === undefined) {
      const expected = scheduleStates.map((known) => `\`${known}\``).join(' or ');
      return new Problem('invalidBody', [{ message: '`state` has a wrong value', field, expected }]);
    }
    change = { ...change, state };
    fields = { ...fields, state: field };
  }
  return { change, fields };
}

/** The schedule and the audiences a body names, each once, or what is wrong with the body. */
export function decodeScheduleAudiences(
  body: unknown,
): { readonly id: ScheduleId; readonly audienceIds: readonly AudienceId[] } | Problem {
  if (!Check(ScheduleAudiencesBody, body)) return new Problem('invalidBody', checkValue(ScheduleAudiencesBody, body));
  return { id: scheduleId(body.id), audienceIds: idsOf(body.segments) };
}

/** The audiences a body names, each once, or what is wrong with the body. */
export function decodeAudienceMap(body: unknown): readonly AudienceId[] | Problem {
  return Check(AudienceMapBody, body)
    ? idsOf(body.segments)
    : new Problem('invalidBody', checkValue(AudienceMapBody, body));
}

/** The schedule a body names, or what is wrong with the body. */
export function decodeTrigger(body: unknown): ScheduleId | Problem {
  return Check(TriggerBody, body) ? scheduleId(body.id) : new Problem('invalidBody', checkValue(TriggerBody, body));
}
