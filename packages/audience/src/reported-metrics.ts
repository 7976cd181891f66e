/** The sizes of audiences whose members come from elsewhere, as those who bring them report. */
import type { ReportedMetrics } from './audience.ts';
import type { EpochMs } from './ids.ts';

/** What one report says; a count that is absent is not spoken of. */
export interface MetricsReport {
  readonly jobId: string;
  readonly jobType: ReportedMetrics['jobType'];
  readonly reportedAt: EpochMs;
  readonly totalProfiles?: number;
  readonly recordCount?: number;
}

/** What is known after a report: its job and time, its counts, and those of `before` that it does not speak of. */
export function afterReport(before: ReportedMetrics | null, report: MetricsReport): ReportedMetrics {
  const { jobId, jobType, reportedAt } = report;
  return {
    jobId,
    jobType,
    reportedAt,
    totalProfiles: report.totalProfiles ?? before?.totalProfiles ?? null,
    recordCount: report.recordCount ?? before?.recordCount ?? null,
  };
}
