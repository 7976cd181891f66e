/** Measures for Prometheus. No label names a tenant, an audience or a person. */
import { type EvaluationJob, jobStatuses } from '@muster/audience';
import type { JobStore } from '@muster/store';
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** What tells requests apart in measures. */
interface ObservedRequest {
  readonly method: string;
  /** The pattern, never the URL. */
  readonly route: string;
  readonly status: number;
}

/** The measures of a server. */
export interface ServerMetrics {
  /** Notes a finished request. */
  observeRequest(request: ObservedRequest, seconds: number): void;
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

type RequestLabels = 'method' | 'route' | 'status';

/** Durations that are put into a histogram together. */
const batchSize = 256;

/**
 * The durations of requests with the same labels. They wait for their histogram, which takes many in a row at a quarter
 * of what it costs to take one after each request.
 */
class Series {
  readonly #histogram: Histogram.Internal<RequestLabels>;
  readonly #waiting: number[] = [];

  constructor(histogram: Histogram.Internal<RequestLabels>) {
    this.#histogram = histogram;
  }

  observe(seconds: number): void {
    this.#waiting.push(seconds);
    if (this.#waiting.length === batchSize) this.flush();
  }

  flush(): void {
    for (const seconds of this.#waiting) this.#histogram.observe(seconds);
    this.#waiting.length = 0;
  }
}

/** Measures of requests, unfinished jobs and the process. */
export function createServerMetrics(jobs: JobStore): ServerMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  // By route first: of the texts that tell requests apart it is the long one, and it is the same object each time.
  const series = new Map<string, Map<string, Series>>();
  const durations = new Histogram({
    name: 'muster_http_request_duration_seconds',
    help: 'Time from the first byte of a request to the last of its answer.',
    labelNames: ['method', 'route', 'status'] as const satisfies readonly RequestLabels[],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60],
    registers: [registry],
    collect() {
      for (const ofRoute of series.values()) for (const one of ofRoute.values()) one.flush();
    },
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

  function seriesOf({ method, route, status }: ObservedRequest): Series {
    const ofRoute = series.get(route) ?? new Map<string, Series>();
    series.set(route, ofRoute);
    const one = new Series(durations.labels(method, route, String(status)));
    ofRoute.set(`${method}${status}`, one);
    return one;
  }

  return {
    contentType: registry.contentType,
    render: () => registry.metrics(),
    observeRequest(request, seconds) {
      const known = series.get(request.route)?.get(`${request.method}${request.status}`);
      (known ?? seriesOf(request)).observe(seconds);
    },
  };
}
