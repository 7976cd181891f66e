/** A batch evaluation job, from definitions to stored members. */
import type { Clock, EvaluationJob, JobMetrics, Scope } from '@muster/audience';
import { epochMs, Problem } from '@muster/audience';
import type { BatchAudience, BatchPlan, RegexEngine } from '@muster/pql';
import { planBatch, referencedAudiences, renderScans } from '@muster/pql';
import type { BatchOutcome, ControlStore, DataStore, ProgressListener } from '@muster/store';
import { loadSandboxSchema, RulesExhausted } from '@muster/store';
import { checkAudiences } from './check-audiences.ts';

/** What a batch evaluation acts through. */
export interface BatchDependencies {
  readonly control: Pick<ControlStore, 'schemas' | 'withLock'>;
  readonly data: Pick<DataStore, 'layout' | 'runBatch'>;
  readonly regex: RegexEngine;
  readonly clock: Clock;
}

/** What came of a job. */
export interface BatchEvaluation {
  /** With the counts of the audiences that were evaluated. */
  readonly metrics: JobMetrics;
  /** Why the others were not: `expressionInvalid` or `engineExhausted`, in the order of the job. */
  readonly problems: readonly Problem[];
  /** Whether what the job was for could not be evaluated: all audiences but those that others of the job refer to. */
  readonly isFailure: boolean;
}

/** Problems by audience. */
type Problems = Map<string, Problem>;
/** The ids of the audiences that a rule refers to, by the id of its audience. */
type References = ReadonlyMap<string, readonly string[]>;

/**
 * Evaluates the audiences of a job at the job's `asOf` and stores their members. Repeating a job changes nothing.
 *
 * An audience whose rule does not fit the fields any more, or asks for more than the engine has, keeps the members it had, and
 * so does one that refers to it; the others are evaluated all the same. Throws whatever else the data plane throws.
 */
export async function evaluateBatch(
  { control, data, regex, clock }: BatchDependencies,
  scope: Scope,
  job: Pick<EvaluationJob, 'id' | 'asOf' | 'audiences'>,
  options: { readonly signal: AbortSignal; readonly onProgress: ProgressListener },
): Promise<BatchEvaluation> {
  const startedAt = clock.now();
  const schema = await loadSandboxSchema(control, scope);
  const checked = checkAudiences(job.audiences, schema, regex);
  const problems: Problems = new Map(checked.problems);
  const references: References = new Map(
    checked.audiences.map(({ audienceId, expression }) => [audienceId, referencedAudiences(expression)]),
  );
  reportDependents(references, problems);
  const audiences = checked.audiences.filter(({ audienceId }) => !problems.has(audienceId));
  // One run of a sandbox at a time, in all processes: each builds on the members that the one before stored.
  const outcomes = await control.withLock(`evaluation ${scope.org} ${scope.sandbox}`, async () => {
    const layout = await data.layout(scope);
    const run = (wanted: readonly BatchAudience[]): Promise<BatchOutcome> => {
      const batch = planBatch(withReferenced(wanted, audiences, references), job.asOf);
      const plan = renderScans(onlyWanted(batch, wanted), layout);
      return data.runBatch(scope, { runId: job.id, asOf: epochMs(job.asOf), plan }, options);
    };
    return runAll(audiences, run, problems);
  });
  const counts = outcomes.flatMap((outcome) => outcome.counts);
  const totalProfiles = outcomes[0]?.totalProfiles ?? 0;
  return {
    metrics: { startedAt, endedAt: clock.now(), totalProfiles, counts },
    problems: job.audiences.flatMap(({ audienceId }) => problems.get(audienceId) ?? []),
    isFailure: isFailure(job.audiences, references, problems),
  };
}

/** Audiences that others refer to are in a job for the sake of these, so that all are as of one moment. */
function isFailure(
  all: EvaluationJob['audiences'],
  references: References,
  problems: ReadonlyMap<string, Problem>,
): boolean {
  const referenced = new Set([...references.values()].flat());
  const wanted = all.filter(({ audienceId }) => !referenced.has(audienceId));
  return wanted.length > 0 && wanted.every(({ audienceId }) => problems.has(audienceId));
}

/** Reports the audiences that refer, over whatever others, to one with a problem. */
function reportDependents(references: References, problems: Problems): void {
  const dependents = new Map<string, string[]>();
  for (const [audienceId, referenced] of references) {
    for (const id of referenced) {
      const known = dependents.get(id);
      if (known === undefined) dependents.set(id, [audienceId]);
      else known.push(audienceId);
    }
  }
  // A map goes through what is added to it on the way.
  for (const id of problems.keys()) {
    for (const dependent of dependents.get(id) ?? []) {
      if (problems.has(dependent)) continue;
      const message = `audience \`${dependent}\` refers to \`${id}\`, which cannot be evaluated`;
      problems.set(dependent, new Problem('expressionInvalid', [{ message }]));
    }
  }
}

/** Some audiences of a job, and those of it that they refer to, over whatever others. */
function withReferenced(
  wanted: readonly BatchAudience[],
  all: readonly BatchAudience[],
  references: References,
): readonly BatchAudience[] {
  const byId = new Map(all.map((audience) => [audience.audienceId, audience]));
  const needed = new Set(wanted);
  // A set goes through what is added to it on the way.
  for (const { audienceId } of needed) {
    for (const id of references.get(audienceId) ?? []) {
      const referenced = byId.get(id);
      if (referenced !== undefined) needed.add(referenced);
    }
  }
  return [...needed];
}

/** A plan that stores the members of the audiences that are wanted; the others remain a part of their formulas. */
function onlyWanted(batch: BatchPlan, wanted: readonly BatchAudience[]): BatchPlan {
  const ids = new Set(wanted.map(({ audienceId }) => audienceId));
  return { ...batch, audiences: batch.audiences.filter(({ audienceId }) => ids.has(audienceId)) };
}

/**
 * Runs audiences together, or, when some ask for more than the engine has, the others together and these by halves: few of
 * them may be to blame, and each of those is found in a number of runs that grows with the logarithm of all.
 */
async function runAll(
  audiences: readonly BatchAudience[],
  run: (wanted: readonly BatchAudience[]) => Promise<BatchOutcome>,
  problems: Problems,
): Promise<readonly BatchOutcome[]> {
  const [first, second] = audiences;
  if (first === undefined) return [];
  try {
    return [await run(audiences)];
  } catch (error) {
    if (!(error instanceof RulesExhausted)) throw error;
    if (second === undefined) {
      problems.set(first.audienceId, error);
      return [];
    }
    const heavy = new Set<string>(error.audienceIds);
    const others = audiences.filter(({ audienceId }) => !heavy.has(audienceId));
    if (others.length === audiences.length) throw error;
    const suspects = audiences.filter(({ audienceId }) => heavy.has(audienceId));
    const middle = Math.ceil(suspects.length / 2);
    const outcomes: BatchOutcome[] = [];
    // Each part is smaller than what was run: the suspects are two at least where there are no others.
    for (const part of [others, suspects.slice(0, middle), suspects.slice(middle)]) {
      outcomes.push(...(await runAll(part, run, problems)));
    }
    return outcomes;
  }
}
