/** A batch evaluation job, from definitions to stored members. */
import type { Clock, EvaluationJob, JobAudience, JobMetrics, ProblemDetail, Scope } from '@muster/audience';
import { epochMs, Problem } from '@muster/audience';
import type { BatchAudience, RegexEngine, Schema } from '@muster/pql';
import { analyzeExpression, analyzeRule, excerptOf, planBatch, renderScans } from '@muster/pql';
import type { ControlStore, DataStore, ProgressListener } from '@muster/store';
import { loadSandboxSchema } from '@muster/store';

/** What a batch evaluation acts through. */
export interface BatchDependencies {
  readonly control: Pick<ControlStore, 'schemas' | 'withLock'>;
  readonly data: Pick<DataStore, 'layout' | 'runBatch'>;
  readonly regex: RegexEngine;
  readonly clock: Clock;
}

/** People with a general opt-out are in no audience, without any rule. Source: reference, evaluation §15. */
const generalOptOut = 'privacyOptOuts[optOutType = "general_opt_out" and optOutValue = "out"]';

/**
 * Evaluates the audiences of a job at the job's `asOf` and stores their members. Repeating a job changes nothing.
 *
 * Throws `expressionInvalid` when a rule does not fit the sandbox's fields any more, and whatever the data plane throws.
 */
export async function evaluateBatch(
  { control, data, regex, clock }: BatchDependencies,
  scope: Scope,
  job: Pick<EvaluationJob, 'id' | 'asOf' | 'audiences'>,
  options: { readonly signal: AbortSignal; readonly onProgress: ProgressListener },
): Promise<JobMetrics> {
  const startedAt = clock.now();
  const schema = await loadSandboxSchema(control, scope);
  const except = analyzeExpression(generalOptOut, schema, { expect: 'condition' }).checked;
  const audiences = job.audiences
    .map((audience) => checkAudience(audience, schema, regex))
    .map((audience) => (except === null ? audience : { ...audience, except }));
  // One run of a sandbox at a time, in all processes: each builds on the members that the one before stored.
  const outcome = await control.withLock(`evaluation ${scope.org} ${scope.sandbox}`, async () => {
    const plan = renderScans(planBatch(audiences, job.asOf), await data.layout(scope));
    return data.runBatch(scope, { runId: job.id, asOf: epochMs(job.asOf), plan }, options);
  });
  return { startedAt, endedAt: clock.now(), ...outcome };
}

function checkAudience({ audienceId, expression }: JobAudience, schema: Schema, regex: RegexEngine): BatchAudience {
  const { text, checked, diagnostics } = analyzeRule(expression, schema, { expect: 'condition', regex });
  if (checked !== null) return { audienceId, expression: checked };
  const details = diagnostics.map(({ message, span }): ProblemDetail => {
    const place = text === null ? {} : { position: { ...span }, excerpt: excerptOf(text, span) };
    return { message: `audience \`${audienceId}\`: ${message}`, ...place };
  });
  throw new Problem('expressionInvalid', details);
}
