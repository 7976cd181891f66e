/**
 * The life of one profile's membership in one audience. Source: the transition table of the reference's membership
 * statuses; `existing` is not stored, it is derived for reports.
 */
import { type EpochMs, epochMs } from './ids.ts';

/** What is stored of a membership; a profile that never qualified has none. */
export interface Membership {
  readonly status: 'realized' | 'exited';
  /** When it entered, or when it left. Does not move while nothing changes. */
  readonly changedAt: EpochMs;
}

/** What an evaluation does to a membership. */
export type MembershipChange = 'entered' | 'exited' | 'none';

/** How long an exit is kept before it is forgotten, in days. */
export const exitRetentionDays = 30;

const dayMs = 86_400_000;

/** The change when the rule of an audience gives `qualifies` for a profile with the stored membership `before`. */
export function decideMembershipChange(before: Membership | null, qualifies: boolean): MembershipChange {
  const isMember = before?.status === 'realized';
  if (isMember === qualifies) return 'none';
  return qualifies ? 'entered' : 'exited';
}

/**
 * The membership after an evaluation at `at`; null when there is none, because the profile never qualified or its exit
 * is more than `exitRetentionDays` old.
 */
export function nextMembership(before: Membership | null, qualifies: boolean, at: EpochMs): Membership | null {
  const change = decideMembershipChange(before, qualifies);
  if (change !== 'none') return { status: change === 'entered' ? 'realized' : 'exited', changedAt: at };
  return before !== null && isExitForgotten(before, at) ? null : before;
}

/** Whether a membership is an exit that is no longer kept at `at`. */
export function isExitForgotten(membership: Membership, at: EpochMs): boolean {
  return membership.status === 'exited' && at - membership.changedAt > exitRetentionDays * dayMs;
}

/** The moment from which a membership that was renewed at `changedAt` is over; null when it does not expire. */
export function membershipExpiry(changedAt: EpochMs, ttlInDays: number | null): EpochMs | null {
  return ttlInDays === null ? null : epochMs(changedAt + ttlInDays * dayMs);
}
