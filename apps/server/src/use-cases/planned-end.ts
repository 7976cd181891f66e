/**
 * When the memberships of external audiences end.
 *
 * INVARIANT: an end is planned inside `withPlannedEnd`, from what is stored at that moment: whoever plans next builds on it.
 */
import {
  type Audience,
  type AudienceId,
  type EpochMs,
  type Etag,
  type ExternalAudience,
  type ExternalExpiryRequest,
  epochMs,
  externalLimits,
  type NewTask,
  type Scope,
  taskId,
} from '@muster/audience';
import type { UseCaseDependencies } from './ports.ts';

type Dependencies = Pick<UseCaseDependencies, 'control' | 'clock' | 'ids'>;

const dayMs = 86_400_000;

const lifetimeDaysOf = ({ ttlInDays }: ExternalAudience): number => ttlInDays ?? externalLimits.ttlInDaysDefault;

/** Whether the memberships of both versions of an audience last as long. */
export const lastAsLong = (before: ExternalAudience, after: ExternalAudience): boolean =>
  lifetimeDaysOf(before) === lifetimeDaysOf(after);

/** The moment that is one time to live of the audience after another. */
export function lifetimeAfter(audience: ExternalAudience, from: EpochMs): EpochMs {
  return epochMs(from + lifetimeDaysOf(audience) * dayMs);
}

/**
 * What `work` makes of when the memberships of an audience are to end: null when it has none that do. Work that changes this
 * takes turns in a sandbox, so that each change builds on the one before.
 */
export function withPlannedEnd<Result>(
  { control }: Pick<Dependencies, 'control'>,
  scope: Scope,
  id: AudienceId,
  work: (planned: EpochMs | null) => Promise<Result>,
): Promise<Result> {
  return control.withLock(`external expiries ${scope.org} ${scope.sandbox}`, async () => {
    const [latest] = await control.externalExpiries.list(scope, { subject: id }, { before: null, limit: 1 });
    return work(latest?.status === 'NEW' ? latest.request.at : null);
  });
}

/** What ends the memberships of an audience at a moment, once it is stored, instead of at the one planned before. */
function newEnd(
  { clock, ids }: Pick<Dependencies, 'clock' | 'ids'>,
  scope: Scope,
  audienceId: AudienceId,
  at: EpochMs,
): NewTask<ExternalExpiryRequest> {
  return {
    id: taskId(ids.uuid()),
    subject: audienceId,
    request: { audienceId, at },
    createdBy: scope.actor,
    createdAt: clock.now(),
  };
}

/** Plans the end of the memberships of an audience, instead of the one planned before; to be called in `withPlannedEnd`. */
export async function planEnd(deps: Dependencies, scope: Scope, id: AudienceId, at: EpochMs): Promise<void> {
  await deps.control.externalExpiries.create(scope, newEnd(deps, scope, id, at));
}

/**
 * Replaces an audience if its stored etag is `expected`; memberships that are to end do so a time to live from now. Gives
 * it as it is stored, and throws what `AudienceStore.replace` does.
 */
export function replaceAndMoveEnd(
  deps: Dependencies,
  scope: Scope,
  audience: ExternalAudience,
  expected: Etag,
): Promise<Audience> {
  const { audiences } = deps.control;
  return withPlannedEnd(deps, scope, audience.id, (planned) => {
    if (planned === null) return audiences.replace(scope, audience, expected);
    const end = newEnd(deps, scope, audience.id, lifetimeAfter(audience, deps.clock.now()));
    // Together: an end that stayed where it was would take the members of an audience that says they last longer.
    return audiences.replaceWithExpiry(scope, audience, expected, end);
  });
}
