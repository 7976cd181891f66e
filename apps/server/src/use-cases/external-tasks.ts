/** What external audiences make to do: they are made, their files are read, their memberships end. */
import {
  type AudienceCount,
  type AudienceId,
  type Clock,
  decideExternalAudience,
  type ExternalAudience,
  type ExternalCreation,
  type ExternalCreationOutcome,
  type ExternalExpiry,
  type ExternalExpiryOutcome,
  type ExternalRun,
  type ExternalRunOutcome,
  type IdSource,
  Problem,
  type Scope,
} from '@muster/audience';
import { ingestAudience } from '@muster/ingestion';
import type { ControlStore, DataStore } from '@muster/store';
import type { ExternalFiles } from '../adapters/external-files.ts';
import { createEtag } from './etag.ts';
import { lifetimeAfter, planEnd, withPlannedEnd } from './planned-end.ts';

/** What the tasks act through. */
export interface ExternalTaskDependencies {
  readonly control: ControlStore;
  readonly data: Pick<DataStore, 'write' | 'replaceMembers' | 'deleteAudience'>;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly files: ExternalFiles;
}

interface Progress {
  readonly signal: AbortSignal;
  readonly onProgress: (done: number) => void;
}

/** Makes the audience of an operation, once. Throws `audienceExists`, or `audienceInvalid`. */
export async function makeExternalAudience(
  { control, clock, ids }: ExternalTaskDependencies,
  scope: Scope,
  { request, createdBy }: ExternalCreation,
): Promise<ExternalCreationOutcome> {
  const { audienceId, definition } = request;
  // An earlier attempt may have come this far.
  if ((await control.audiences.find(scope, audienceId)) !== null) return { audienceId };
  const at = clock.now();
  const draft = {
    ...definition,
    externalId: definition.customAudienceId ?? audienceId,
    ingestion: { fields: definition.fields, source: definition.source },
  };
  const audience = decideExternalAudience(draft, { id: audienceId, actor: createdBy, at, etag: createEtag(ids, at) });
  if (audience instanceof Problem) throw audience;
  await control.audiences.create(scope, audience);
  return { audienceId };
}

/** An external audience. Throws `externalNotFound`. */
export async function findExternalAudience(
  { control }: Pick<ExternalTaskDependencies, 'control'>,
  scope: Scope,
  id: AudienceId,
): Promise<ExternalAudience> {
  const audience = await control.audiences.find(scope, id);
  if (audience?.kind !== 'external') throw new Problem('externalNotFound');
  return audience;
}

/**
 * The audience of a run as it is now. Throws `externalNotFound` when it was deleted: then nothing is left of what this attempt
 * or an earlier one made its members, which its deletion came too early to remove.
 */
async function findReadAudience(
  { control, data }: ExternalTaskDependencies,
  scope: Scope,
  id: AudienceId,
): Promise<ExternalAudience> {
  const audience = await control.audiences.find(scope, id);
  if (audience?.kind === 'external') return audience;
  if (audience === null) await data.deleteAudience(scope, id);
  throw new Problem('externalNotFound', [{ message: 'it was deleted before the run ended' }]);
}

/** Reads the files of a run into the members of its audience. Throws what keeps it from that, with the reason. */
export async function readExternalFiles(
  deps: ExternalTaskDependencies,
  scope: Scope,
  { id, request }: ExternalRun,
  progress: Progress,
): Promise<ExternalRunOutcome> {
  const { audienceId, from, to } = request;
  const { ingestion } = await findReadAudience(deps, scope, audienceId);
  if (ingestion === null)
    throw new Problem('externalUnprocessable', [{ message: 'the audience has no source of files' }]);
  const files = await deps.files.list(ingestion.source, from, to);
  const asOf = deps.clock.now();
  const wanted = { runId: id, audienceId, asOf, fields: ingestion.fields, files };
  const { outcome, count } = await ingestAudience(deps, scope, wanted, {
    ...progress,
    // Planned before the members are there, so that an earlier end that is due meanwhile is none any more. Reading takes its
    // time: the audience may have another time to live by now, or be gone.
    beforeMembers: () =>
      withPlannedEnd(deps, scope, audienceId, async () => {
        const audience = await findReadAudience(deps, scope, audienceId);
        await planEnd(deps, scope, audienceId, lifetimeAfter(audience, asOf));
      }),
  });
  await findReadAudience(deps, scope, audienceId);
  await reportCount(deps, scope, id, count);
  return outcome;
}

/** Ends the memberships of an audience, unless that was planned anew for another moment. */
export async function endExternalMemberships(
  deps: ExternalTaskDependencies,
  scope: Scope,
  { id, request }: ExternalExpiry,
  { signal }: Progress,
): Promise<ExternalExpiryOutcome> {
  const { audienceId, at } = request;
  const { control, data } = deps;
  async function* nobody(): AsyncGenerator<readonly string[]> {}
  const count = await control.withLock(`evaluation ${scope.org} ${scope.sandbox}`, async () => {
    // Looked at inside the lock that members are stored in: who stores others has planned their end before.
    const [latest] = await control.externalExpiries.list(scope, { subject: audienceId }, { before: null, limit: 1 });
    if (latest?.id !== id || (await control.audiences.find(scope, audienceId)) === null) return null;
    return data.replaceMembers(scope, { runId: id, audienceId, asOf: at, namespace: '', ids: nobody() }, signal);
  });
  if (count === null) return { exited: 0 };
  await reportCount(deps, scope, id, count);
  return { exited: count.exited };
}

/** The size of the audience, as if whoever brings its members had reported it. */
async function reportCount(
  { control, clock }: ExternalTaskDependencies,
  scope: Scope,
  id: ExternalRun['id'],
  count: AudienceCount,
): Promise<void> {
  const report = { jobId: id, jobType: 'export', reportedAt: clock.now(), totalProfiles: count.total } as const;
  await control.audiences.reportMetrics(scope, new Map([[count.audienceId, report]]));
}
