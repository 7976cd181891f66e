/** When batch evaluations start by themselves. */
import type { ActorId, AudienceId, EpochMs, ScheduleId } from './ids.ts';

/** What a schedule starts. */
export const scheduleTypes = ['batch_segmentation', 'export'] as const;
export type ScheduleType = (typeof scheduleTypes)[number];

/** Whether a schedule starts anything. */
export const scheduleStates = ['active', 'inactive'] as const;
export type ScheduleState = (typeof scheduleStates)[number];

/** All audiences there are when a run starts, or those named. */
export type ScheduledAudiences =
  | { readonly kind: 'all' }
  | { readonly kind: 'named'; readonly ids: readonly AudienceId[] };

/** A schedule. Its cron expression is in UTC and has been read before: it is well formed. */
export interface Schedule {
  readonly id: ScheduleId;
  readonly name: string;
  readonly type: ScheduleType;
  readonly state: ScheduleState;
  /** As its author wrote it. */
  readonly cron: string;
  readonly audiences: ScheduledAudiences;
  readonly createdBy: ActorId;
  readonly createdAt: EpochMs;
  readonly updatedAt: EpochMs;
  /** The run that has not been started yet; in the past when it was missed. Null when no run will come. */
  readonly nextRunAt: EpochMs | null;
}
