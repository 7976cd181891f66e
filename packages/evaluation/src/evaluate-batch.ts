/** A batch evaluation job, from definitions to stored members. */
import type { Clock, EvaluationJob, JobMetrics, Scope } from '@muster/audience';
import { epochMs, Problem } from '@muster/audience';
import type { BatchAudience, BatchScans, DataLayout, RegexEngine } from '@muster/pql';
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
  const audiences = withoutDependents(checked.audiences, problems);
  // One run of a sandbox at a time, in all processes: each builds on the members that the one before stored.
  const outcomes = await control.withLock(`evaluation ${scope.org} ${scope.sandbox}`, async () => {
    const layout = await data.layout(scope);
    const run = (wanted: readonly BatchAudience[]): Promise<BatchOutcome> => {
      const plan = planOf(wanted, audiences, job.asOf, layout);
      return data.runBatch(scope, { runId: job.id, asOf: epochMs(job.asOf), plan }, options);
    };
    return runAll(audiences, run, problems);
  });
  const counts = outcomes.flatMap((outcome) => outcome.counts);
  const totalProfiles = outcomes[0]?.totalProfiles ?? 0;
  return {
    metrics: { startedAt, endedAt: clock.now(), totalProfiles, counts },
    problems: job.audiences.flatMap(({ audienceId }) => problems.get(audienceId) ?? []),
    isFailure: isFailure(job.audiences, checked.audiences, problems),
  };
}

/** Audiences that others refer to are in a job for the sake of these, so that all are as of one moment. */
function isFailure(
  all: EvaluationJob['audiences'],
  checked: readonly BatchAudience[],
  problems: ReadonlyMap<string, Problem>,
): boolean {
  const referenced = new Set(checked.flatMap(({ expression }) => referencedAudiences(expression)));
  const wanted = all.filter(({ audienceId }) => !referenced.has(audienceId));
  return wanted.length > 0 && wanted.every(({ audienceId }) => problems.has(audienceId));
}

/** The audiences that refer to none with a problem, over whatever others; those that do have one as well. */
function withoutDependents(audiences: readonly BatchAudience[], problems: Problems): readonly BatchAudience[] {
  const dependents = new Map<string, string[]>();
  for (const { audienceId, expression } of audiences) {
    for (const id of referencedAudiences(expression)) {
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
  return audiences.filter(({ audienceId }) => !problems.has(audienceId));
}

/** The plan of some audiences of a job. What they refer to is part of their formulas, and stored only if it is wanted itself. */
function planOf(
  wanted: readonly BatchAudience[],
  all: readonly BatchAudience[],
  asOf: number,
  layout: DataLayout,
): BatchScans {
  const byId = new Map(all.map((audience) => [audience.audienceId, audience]));
  const needed = new Set(wanted);
  // A set goes through what is added to it on the way.
  for (const { expression } of needed) {
    for (const id of referencedAudiences(expression)) {
      const referenced = byId.get(id);
      if (referenced !== undefined) needed.add(referenced);
    }
  }
  const batch = planBatch([...needed], asOf);
  const ids = new Set(wanted.map(({ audienceId }) => audienceId));
  const audiences = batch.audiences.filter(({ audienceId }) => ids.has(audienceId));
  return renderScans({ ...batch, audiences }, layout);
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
