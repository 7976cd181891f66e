/** External audiences with files: what their clients ask for. */
import {
  type AudienceId,
  audienceId,
  type ExternalAudience,
  type ExternalCreation,
  type ExternalDefinition,
  type ExternalField,
  type ExternalIngestion,
  type ExternalRun,
  epochMs,
  externalLimits,
  identityFieldOf,
  Problem,
  type Scope,
  type TaskId,
  taskId,
  unfinishedTaskStatuses,
} from '@muster/audience';
import type { ExternalAudienceChange, NewExternalRun } from '@muster/wire';
import { findExternalAudience } from './external-tasks.ts';
import { lifetimeAfter, planEnd, replaceAndMoveEnd, withPlannedEnd } from './planned-end.ts';
import type { UseCaseDependencies } from './ports.ts';
import { changedServerFields } from './server-fields.ts';

type Dependencies = Pick<UseCaseDependencies, 'control' | 'clock' | 'ids' | 'externalRunner'>;

/** Starts the making of an external audience. Throws `externalConflict` when its id is taken. */
export async function createExternalAudience(
  deps: Dependencies,
  scope: Scope,
  definition: ExternalDefinition,
): Promise<ExternalCreation> {
  const { customAudienceId, namespace } = definition;
  if (customAudienceId !== null) {
    const query = { sort: [], namespace, externalId: customAudienceId } as const;
    const { totalCount } = await deps.control.audiences.list(scope, query, { offset: 0, limit: 1 });
    if (totalCount > 0) {
      const message = `\`${customAudienceId}\` is taken in the namespace \`${namespace}\``;
      throw new Problem('externalConflict', [{ message, field: '/customAudienceId' }]);
    }
  }
  const operation = await deps.control.externalCreations.create(scope, {
    id: taskId(deps.ids.uuid()),
    subject: '',
    request: { audienceId: audienceId(deps.ids.uuid()), definition },
    createdBy: scope.actor,
    createdAt: deps.clock.now(),
  });
  deps.externalRunner.wake();
  return operation;
}

/** An operation of the scope. Throws `externalNotFound`. */
export async function findExternalOperation(
  { control }: Pick<Dependencies, 'control'>,
  scope: Scope,
  id: TaskId,
): Promise<ExternalCreation> {
  const operation = await control.externalCreations.find(scope, id);
  if (operation === null) throw new Problem('externalNotFound', [{ message: `there is no operation \`${id}\`` }]);
  return operation;
}

/** An external audience with its files. */
export interface SourcedAudience {
  readonly audience: ExternalAudience;
  readonly ingestion: ExternalIngestion;
}

/** Throws `externalNotFound`, or `externalUnprocessable` when it was made without a source. */
async function findSourced(
  { control }: Pick<Dependencies, 'control'>,
  scope: Scope,
  id: AudienceId,
): Promise<SourcedAudience> {
  const audience = await findExternalAudience({ control }, scope, id);
  const { ingestion } = audience;
  if (ingestion !== null) return { audience, ingestion };
  const message = 'the audience was made without a source of files';
  throw new Problem('externalUnprocessable', [{ message, suggestion: 'make it with `POST /external-audience`' }]);
}

/** The fields with those of the same name replaced, and new ones at the end. */
function mergeFields(before: readonly ExternalField[], changed: readonly ExternalField[]): readonly ExternalField[] {
  const byName = new Map([...before, ...changed].map((field) => [field.name, field]));
  const fields = [...byName.values()];
  const field = '/fields';
  if (fields.length > externalLimits.fieldsMax) {
    const expected = `at most ${externalLimits.fieldsMax}`;
    throw new Problem('externalInvalid', [{ message: `there would be ${fields.length} fields`, field, expected }]);
  }
  if (identityFieldOf(fields) === null) {
    throw new Problem('externalInvalid', [{ message: 'no field would have an identity', field }]);
  }
  return fields;
}

/**
 * Changes an external audience; a new time to live counts from now. Throws `externalNotFound`, `externalInvalid`, or
 * `preconditionFailed` when somebody else changed it at the same moment.
 */
export async function changeExternalAudience(
  deps: Dependencies,
  scope: Scope,
  id: AudienceId,
  change: ExternalAudienceChange,
): Promise<SourcedAudience> {
  const { audience, ingestion: before } = await findSourced(deps, scope, id);
  const fields = change.fields === undefined ? before.fields : mergeFields(before.fields, change.fields);
  const ingestion = { ...before, fields };
  const serverFields = changedServerFields(deps, scope, audience);
  const changed: ExternalAudience = {
    ...audience,
    ...serverFields,
    description: change.description ?? audience.description,
    labels: change.labels ?? audience.labels,
    ttlInDays: change.ttlInDays ?? audience.ttlInDays,
    ingestion,
  };
  if (change.ttlInDays === undefined) await deps.control.audiences.replace(scope, changed, audience.etag);
  else await replaceAndMoveEnd(deps, scope, changed, audience.etag);
  return { audience: changed, ingestion };
}

/**
 * Adds the time to live to what memberships have left. Throws `externalNotFound`, or `externalUnprocessable` when there
 * is none that could be extended.
 */
export async function extendExternalAudience(
  deps: Dependencies,
  scope: Scope,
  id: AudienceId,
): Promise<ExternalAudience> {
  return withPlannedEnd(deps, scope, id, async (planned) => {
    const { audience } = await findSourced(deps, scope, id);
    if (planned === null) {
      const message = 'the audience was not ingested yet, or its memberships have ended';
      throw new Problem('externalUnprocessable', [{ message, suggestion: 'start a run' }]);
    }
    await planEnd(deps, scope, id, lifetimeAfter(audience, planned));
    return audience;
  });
}

async function assertRunAllowed({ control, clock }: Dependencies, scope: Scope, id: AudienceId): Promise<void> {
  if ((await control.externalRuns.count(scope, { subject: id, statuses: unfinishedTaskStatuses })) > 0) {
    throw new Problem('externalConflict', [
      { message: 'a run of this audience is in progress', suggestion: 'wait for it' },
    ]);
  }
  const createdSince = epochMs(clock.now() - externalLimits.runDayMs);
  const limits = [
    [await control.externalRuns.count(scope, { createdSince }), externalLimits.runsPerDayMax, 'the sandbox'],
    [
      await control.externalRuns.count(scope, { createdSince, subject: id }),
      externalLimits.runsPerAudienceMax,
      'the audience',
    ],
  ] as const;
  for (const [count, max, of] of limits) {
    if (count < max) continue;
    const message = `${of} had ${count} runs in the last 24 hours`;
    throw new Problem('externalUnprocessable', [
      { message, expected: `fewer than ${max}`, suggestion: 'try again later' },
    ]);
  }
}

/**
 * Starts the reading of files. Throws `externalNotFound`, `externalConflict` while another run is in progress, or
 * `externalUnprocessable` when there were too many.
 */
export async function startExternalRun(
  deps: Dependencies,
  scope: Scope,
  id: AudienceId,
  { from, to }: NewExternalRun,
): Promise<ExternalRun> {
  const { audience } = await findSourced(deps, scope, id);
  // Two starts at once must not both find that nothing is in progress.
  const run = await deps.control.withLock(`external runs ${scope.org} ${scope.sandbox}`, async () => {
    await assertRunAllowed(deps, scope, id);
    return deps.control.externalRuns.create(scope, {
      id: taskId(deps.ids.uuid()),
      subject: id,
      request: { audienceId: id, audienceName: audience.name, from, to },
      createdBy: scope.actor,
      createdAt: deps.clock.now(),
    });
  });
  deps.externalRunner.wake();
  return run;
}

/** A run of an audience. Throws `externalNotFound`. */
export async function findExternalRun(
  { control }: Pick<Dependencies, 'control'>,
  scope: Scope,
  id: AudienceId,
  run: TaskId,
): Promise<ExternalRun> {
  const found = await control.externalRuns.find(scope, run);
  if (found === null || found.subject !== id) {
    throw new Problem('externalNotFound', [{ message: `the audience has no run \`${run}\`` }]);
  }
  return found;
}

/** The latest runs of an audience, newest first. Throws `externalNotFound`. */
export async function listExternalRuns(
  { control }: Pick<Dependencies, 'control'>,
  scope: Scope,
  id: AudienceId,
  limit: number,
): Promise<readonly ExternalRun[]> {
  await findExternalAudience({ control }, scope, id);
  return control.externalRuns.list(scope, { subject: id }, { before: null, limit });
}
