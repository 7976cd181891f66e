/** Schedules as the wire shows them. */
import {
  type AudienceId,
  type AudiencesChange,
  type OrgId,
  type Sandbox,
  type Schedule,
  scheduleFrequency,
} from '@muster/audience';
import { encodeSandbox } from './encode-sandbox.ts';
import type { PageRequest } from './query-parameters.ts';
import type { AudienceMapResource, ScheduleListResource, ScheduleResource } from './schedule-schema.ts';

/** Whose schedule it is. */
export interface ScheduleSurroundings {
  readonly org: OrgId;
  readonly sandbox: Sandbox;
}

const secondsOf = (time: number): number => Math.floor(time / 1000);

/** The resource of a schedule, the same for every operation. */
export function encodeSchedule(schedule: Schedule, around: ScheduleSurroundings): ScheduleResource {
  const { audiences } = schedule;
  return {
    id: schedule.id,
    imsOrgId: around.org,
    sandbox: encodeSandbox(around.sandbox),
    name: schedule.name,
    type: schedule.type,
    state: schedule.state,
    schedule: schedule.cron,
    frequency: scheduleFrequency(schedule),
    properties: { segments: audiences.kind === 'all' ? ['*'] : [...audiences.ids] },
    createEpoch: secondsOf(schedule.createdAt),
    updateEpoch: secondsOf(schedule.updatedAt),
  };
}

/** A page of schedules. The last page, and any beyond it, has no `next`. */
export function encodeScheduleList(
  { index, limit }: PageRequest,
  schedules: readonly Schedule[],
  totalCount: number,
  around: ScheduleSurroundings,
): ScheduleListResource {
  const hasNext = (index + 1) * limit < totalCount;
  const next = String(index + 1);
  return {
    children: schedules.map((schedule) => encodeSchedule(schedule, around)),
    _page: { totalCount, pageSize: schedules.length, ...(hasNext ? { next } : {}) },
    _links: { next: hasNext ? { href: `@/config/schedules?start=${next}&limit=${limit}` } : {} },
  };
}

/** What adding or removing audiences came to, but for the list that is named for what was done. */
export function encodeAudiencesChange(
  change: AudiencesChange & { readonly invalid: readonly AudienceId[]; readonly countBefore: number },
): {
  existing: string[];
  invalid: string[];
  segmentCount: { previous: number; current: number; diff: number };
} {
  const current = change.ids.length;
  return {
    existing: [...change.unchanged],
    invalid: [...change.invalid],
    segmentCount: { previous: change.countBefore, current, diff: current - change.countBefore },
  };
}

/** Which schedules have which audiences. */
export function encodeAudienceMap(schedulesOf: ReadonlyMap<AudienceId, readonly Schedule[]>): AudienceMapResource {
  const schedules = new Map([...schedulesOf.values()].flat().map((schedule) => [schedule.id, schedule]));
  return {
    audienceMap: Object.fromEntries([...schedulesOf].map(([id, found]) => [id, found.map((schedule) => schedule.id)])),
    schedules: Object.fromEntries(
      [...schedules].map(([id, schedule]) => [
        id,
        { name: schedule.name, schedule: schedule.cron, frequency: scheduleFrequency(schedule) },
      ]),
    ),
  };
}
