/** `bulk-patch-metric`: sizes of external audiences, reported by those who bring the members. */
import { type EpochMs, type MetricsReport, Problem } from '@muster/audience';
import { Type } from 'typebox';
import { Check } from 'typebox/value';
import { answerExamples } from './answer-examples.ts';
import { ReportJobType } from './audience-schema.ts';
import { checkValue } from './check-value.ts';
import { wireLimits } from './limits.ts';

const Count = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
const Op = Type.Literal('add');
const Operation = Type.Union([
  Type.Object({ op: Op, path: Type.Literal('/metrics/data'), value: Type.Object({ totalProfiles: Count }) }),
  Type.Object({ op: Op, path: Type.Literal('/recordMetrics/data'), value: Type.Object({ recordCount: Count }) }),
]);

/** The body: what a job counted, by audience. */
export const BulkMetricBody = Type.Object(
  {
    jobId: Type.String({ minLength: 1, maxLength: wireLimits.idLengthMax }),
    jobType: ReportJobType,
    resources: Type.Array(
      Type.Object({
        audienceId: Type.String({
          minLength: 1,
          maxLength: wireLimits.composedIdLengthMax,
          description: 'The `audienceId` in the namespace, or the `id`.',
        }),
        namespace: Type.String({ minLength: 1, maxLength: wireLimits.namespaceLengthMax }),
        operations: Type.Array(Operation, { minItems: 1, maxItems: wireLimits.metricOperationsMax }),
      }),
      { minItems: 1, maxItems: wireLimits.bulkIdsMax },
    ),
  },
  {
    title: 'BulkMetric',
    examples: [
      {
        jobId: 'nightly',
        jobType: 'export',
        resources: [
          {
            audienceId: 'crm-vip',
            namespace: 'crm',
            operations: [{ op: 'add', path: '/metrics/data', value: { totalProfiles: 12 } }],
          },
        ],
      },
    ],
  },
);

/** The answer: how each report went, in the order of the request. */
export const BulkMetricResource = Type.Object(
  {
    resources: Type.Array(
      Type.Object({
        audienceId: Type.String(),
        namespace: Type.String(),
        status: Type.Integer(),
        errors: Type.Optional(
          Type.Record(Type.String(), Type.Array(Type.Object({ code: Type.Integer(), message: Type.String() }))),
        ),
      }),
    ),
  },
  { title: 'BulkMetricResult', examples: [answerExamples.bulkMetric] },
);
/** The answer as it is sent. */
export type BulkMetricResource = Type.Static<typeof BulkMetricResource>;

/** A report on one audience, named as the client names it. */
export interface NamedReport {
  readonly audienceId: string;
  readonly namespace: string;
  readonly report: MetricsReport;
}

/** How a report went: null when it was kept, otherwise why not. */
export interface ReportOutcome extends Pick<NamedReport, 'audienceId' | 'namespace'> {
  readonly refusal: { readonly status: number; readonly message: string } | null;
}

/** The reports in a body that arrives at `reportedAt`, or what is wrong with it. */
export function decodeBulkMetric(body: unknown, reportedAt: EpochMs): readonly NamedReport[] | Problem {
  if (!Check(BulkMetricBody, body)) return new Problem('invalidBody', checkValue(BulkMetricBody, body));
  const { jobId, jobType, resources } = body;
  return resources.map(({ audienceId, namespace, operations }) => ({
    audienceId,
    namespace,
    report: reportOf({ jobId, jobType, reportedAt }, operations),
  }));
}

/** The report of operations; a later one on the same count replaces the earlier one. */
function reportOf(
  source: Pick<MetricsReport, 'jobId' | 'jobType' | 'reportedAt'>,
  operations: readonly Type.Static<typeof Operation>[],
): MetricsReport {
  let report: MetricsReport = source;
  for (const { path, value } of operations) {
    // Only the count that the path is about: a value may have other members, which are ignored.
    report =
      path === '/metrics/data'
        ? { ...report, totalProfiles: value.totalProfiles }
        : { ...report, recordCount: value.recordCount };
  }
  return report;
}

/** The answer for reports that went like this. */
export function encodeBulkMetric(outcomes: readonly ReportOutcome[]): BulkMetricResource {
  return {
    resources: outcomes.map(({ audienceId, namespace, refusal }) => {
      if (refusal === null) return { audienceId, namespace, status: 200 };
      const { status, message } = refusal;
      return { audienceId, namespace, status, errors: { [String(status)]: [{ code: status, message }] } };
    }),
  };
}
