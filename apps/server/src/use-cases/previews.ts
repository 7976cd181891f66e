/** Previews: who a rule would find. */
import {
  type Audience,
  audienceId,
  type EpochMs,
  type Expression,
  epochMs,
  isFinalTaskStatus,
  type JobAudience,
  type Preview,
  Problem,
  type ProfileId,
  previewedAudienceId,
  profileId,
  type Scope,
  type TaskId,
  taskId,
  unfinishedTaskStatuses,
} from '@muster/audience';
import type { Member } from '@muster/store';
import { cancelTask } from './cancel-task.ts';
import { detailOf } from './check-rule.ts';
import type { UseCaseDependencies } from './ports.ts';
import { withDependencies } from './prepare-job.ts';

/** How many previews there may be, and how long. */
export interface PreviewLimits {
  readonly previewsInProgressMax: number;
  readonly previewsKeptMax: number;
  readonly previewKeptMs: number;
}

type Dependencies = Pick<
  UseCaseDependencies,
  'control' | 'data' | 'clock' | 'ids' | 'analyzeRule' | 'loadSchema' | 'previewRunner'
>;

const field = '/predicateExpression';

/** The audiences a rule refers to, directly or over others. Throws `expressionInvalid` with all that is wrong. */
async function checkPredicate(deps: Dependencies, scope: Scope, rule: Expression): Promise<readonly Audience[]> {
  const { findings, facts } = deps.analyzeRule(rule, await deps.loadSchema(scope));
  if (facts === null) {
    const errors = findings.filter((finding) => finding.severity === 'error');
    throw new Problem(
      'expressionInvalid',
      errors.map((finding) => detailOf(finding, field)),
    );
  }
  const ids = [...new Set(facts.referenced)].map(audienceId);
  const found = await deps.control.audiences.findMany(scope, ids);
  const known = new Set(found.map(({ id }) => id));
  const missing = ids.filter((id) => !known.has(id));
  if (missing.length > 0) {
    const suggestion = 'refer to the `id` of an audience of this sandbox';
    throw new Problem(
      'expressionInvalid',
      missing.map((id) => ({ message: `audience \`${id}\` does not exist`, field, suggestion })),
    );
  }
  return withDependencies(deps, scope, found);
}

/** External and inactive audiences have the members they have. */
function evaluatedWith(audience: Audience): readonly JobAudience[] {
  if (audience.kind === 'external' || audience.lifecycleState === 'inactive') return [];
  return [{ audienceId: audience.id, expression: audience.expression, mergePolicyId: audience.mergePolicyId }];
}

/** Forgets what is too old or too much, and refuses when too much is still to be done. */
async function makeRoom(deps: Dependencies, scope: Scope, limits: PreviewLimits): Promise<void> {
  const { previews } = deps.control;
  const inProgress = await previews.count(scope, { statuses: unfinishedTaskStatuses });
  if (inProgress >= limits.previewsInProgressMax) {
    throw new Problem('tooManyPreviews', [
      {
        message: `${inProgress} previews have not ended yet`,
        expected: `fewer than ${limits.previewsInProgressMax}`,
        suggestion: 'wait for one to end, or cancel one',
      },
    ]);
  }
  const kept = await previews.list(
    scope,
    {},
    { before: null, limit: limits.previewsKeptMax + limits.previewsInProgressMax },
  );
  const expiredBefore = deps.clock.now() - limits.previewKeptMs;
  for (const [index, preview] of kept.entries()) {
    if (!isFinalTaskStatus(preview.status)) continue;
    if (index + 1 < limits.previewsKeptMax && preview.createdAt > expiredBefore) continue;
    await previews.delete(scope, preview.id);
  }
}

/**
 * Starts a preview of a rule as of a moment, now unless given.
 *
 * Throws `expressionInvalid` with every error of the rule, or `tooManyPreviews`.
 */
export async function createPreview(
  deps: Dependencies,
  scope: Scope,
  wanted: { readonly expression: Expression; readonly asOf: EpochMs | null },
  limits: PreviewLimits,
): Promise<Preview> {
  const { expression } = wanted;
  const referenced = await checkPredicate(deps, scope, expression);
  await makeRoom(deps, scope, limits);
  const now = deps.clock.now();
  const id = taskId(deps.ids.uuid());
  const rule: JobAudience = {
    audienceId: previewedAudienceId(id),
    expression,
    mergePolicyId: '',
  };
  const request = { audiences: [rule, ...referenced.flatMap(evaluatedWith)], asOf: wanted.asOf ?? now } as const;
  const preview = await deps.control.previews.create(scope, {
    id,
    subject: '',
    request,
    createdBy: scope.actor,
    createdAt: now,
  });
  deps.previewRunner.wake();
  return preview;
}

/** When a preview is forgotten. */
export function previewExpiry(preview: Preview, { previewKeptMs }: PreviewLimits): EpochMs {
  return epochMs(preview.createdAt + previewKeptMs);
}

/** A preview that is not forgotten yet. Throws `previewNotFound`. */
export async function findPreview(
  { control, clock }: Pick<Dependencies, 'control' | 'clock'>,
  scope: Scope,
  id: TaskId | null,
  limits: PreviewLimits,
): Promise<Preview> {
  const preview = id === null ? null : await control.previews.find(scope, id);
  if (preview === null || previewExpiry(preview, limits) <= clock.now()) {
    throw new Problem('previewNotFound', [
      { message: 'there is no such preview, or no longer', suggestion: 'make a new one with `POST /preview`' },
    ]);
  }
  return preview;
}

/** The profiles from `offset` on that a preview found, in order of profile id; none before it has ended. */
export async function listPreviewMatches(
  { data }: Pick<Dependencies, 'data'>,
  scope: Scope,
  preview: Preview,
  page: { readonly offset: number; readonly limit: number },
): Promise<readonly Member[]> {
  const matches = preview.outcome?.firstMatches ?? [];
  const ids = matches.slice(page.offset, page.offset + page.limit).map((id): ProfileId => profileId(id));
  return ids.length === 0 ? [] : data.profiles(scope, ids, []);
}

/** Stops a preview that has not ended, and forgets one that has; gives which of the two. Throws `previewNotFound`. */
export async function cancelPreview(
  deps: Dependencies,
  scope: Scope,
  id: TaskId | null,
  limits: PreviewLimits,
): Promise<'cancelled' | 'forgotten'> {
  const preview = await findPreview(deps, scope, id, limits);
  if (isFinalTaskStatus(preview.status)) {
    await deps.control.previews.delete(scope, preview.id);
    return 'forgotten';
  }
  const cancelled = await cancelTask(deps.control.previews, deps.previewRunner, scope, preview, deps.clock.now());
  return cancelled === null ? cancelPreview(deps, scope, id, limits) : 'cancelled';
}
