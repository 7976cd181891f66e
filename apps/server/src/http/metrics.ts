/** Measures for Prometheus. No label names a tenant, an audience or a person. */
import { type EvaluationJob, jobStatuses } from '@muster/audience';
import type { JobStore } from '@muster/store';
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** The measures of a server. */
export interface ServerMetrics {
  /** Notes a finished request; `route` is the pattern, never the URL. */
  observeRequest(
    request: { readonly method: string; readonly route: string; readonly status: number },
    seconds: number,
  ): void;
  /** All measures in the text format of Prometheus. */
  render(): Promise<string>;
  readonly contentType: string;
}

const unfinished = jobStatuses.filter((status) => !['CANCELLED', 'FAILED', 'SUCCEEDED'].includes(status));

function countByStatus(jobs: readonly { readonly job: EvaluationJob }[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>(unfinished.map((status) => [status, 0]));
  for (const { job } of jobs) counts.set(job.status, (counts.get(job.status) ?? 0) + 1);
  return counts;
}

/** Measures of requests, unfinished jobs and the process. */
export function createServerMetrics(jobs: JobStore): ServerMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const durations = new Histogram({
    name: 'muster_http_request_duration_seconds',
    help: 'Time from the first byte of a request to the last of its answer.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60],
    registers: [registry],
  });
  new Gauge({
    name: 'muster_jobs_unfinished',
    help: 'Segment jobs that have not ended, by status.',
    labelNames: ['status'],
    registers: [registry],
    async collect() {
      for (const [status, count] of countByStatus(await jobs.listUnfinishedEverywhere())) this.set({ status }, count);
    },
  });
  const series = new Map<string, Histogram.Internal<'method' | 'route' | 'status'>>();
  return {
    contentType: registry.contentType,
    render: () => registry.metrics(),
    observeRequest({ method, route, status }, seconds) {
      // Finding the series of labels is most of the cost of a measure, so it is found once.
      const key = `${method} ${route} ${status}`;
      let one = series.get(key);
      if (one === undefined) {
        one = durations.labels(method, route, String(status));
        series.set(key, one);
      }
      one.observe(seconds);
    },
  };
}
