/** The audience as the service knows it. The wire's field names and quirks live in `@muster/wire`. */
import type { ExternalIngestion } from './external-audience.ts';
import type { ActorId, AudienceId, EpochMs, Etag } from './ids.ts';

/** Where an audience is in its life; deleted audiences are gone, so there is no state for them. */
export const lifecycleStates = ['draft', 'published', 'inactive'] as const;
export type LifecycleState = (typeof lifecycleStates)[number];

/** A rule as its author wrote it. */
export interface Expression {
  /** As stored; compared without regard to case. */
  readonly type: string;
  readonly format: 'pql/text' | 'pql/json';
  readonly value: string;
}

/** When an audience is evaluated. Streaming is `continuous` on the wire, edge is `synchronous`. */
export interface EvaluationMethods {
  readonly batch: boolean;
  readonly streaming: boolean;
  readonly edge: boolean;
}

/** Any JSON, for opaque members that are stored and returned. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };
/** A JSON object. */
export type JsonObject = { readonly [name: string]: Json };

/** The outcome of an audience's latest evaluation. */
export interface AudienceMetrics {
  readonly jobId: string;
  readonly evaluatedAt: EpochMs;
  readonly totalProfiles: number;
  readonly totalProfilesByNamespace: { readonly [namespace: string]: number };
  readonly totalProfilesByStatus: { readonly realized: number; readonly existing: number; readonly exited: number };
}

/** The kinds of job that report sizes. */
export const reportJobTypes = ['export', 'AO'] as const;

/** The size of an external audience, as it was reported last. */
export interface ReportedMetrics {
  readonly jobId: string;
  readonly jobType: (typeof reportJobTypes)[number];
  readonly reportedAt: EpochMs;
  /** Null where no report spoke of it. */
  readonly totalProfiles: number | null;
  readonly recordCount: number | null;
}

interface AudienceBase {
  readonly id: AudienceId;
  /** `audienceId` of the wire: equal to `id` for platform audiences, the client's own id for external ones. */
  readonly externalId: string;
  readonly name: string;
  readonly description: string | null;
  readonly namespace: string;
  readonly originName: string;
  readonly lifecycleState: LifecycleState;
  readonly labels: readonly string[];
  readonly tags: readonly string[];
  readonly schemaName: string | null;
  readonly ttlInDays: number | null;
  readonly createdBy: ActorId;
  readonly createdAt: EpochMs;
  readonly lastModifiedBy: ActorId;
  readonly updatedAt: EpochMs;
  readonly etag: Etag;
}

/** An audience with a rule, evaluated here. */
export interface PlatformAudience extends AudienceBase {
  readonly kind: 'platform';
  readonly expression: Expression;
  readonly mergePolicyId: string;
  readonly evaluation: EvaluationMethods;
  readonly excludeOptOut: boolean;
  readonly overridePerformanceWarnings: boolean;
  readonly ansibleDataModel: JsonObject | null;
  /** A text of the client's, kept as it is: what it means is documented nowhere. */
  readonly payloadSchema: string | null;
  /** The audiences its rule refers to. */
  readonly dependencies: readonly AudienceId[];
  readonly metrics: AudienceMetrics | null;
}

/** An audience whose members come from elsewhere. */
export interface ExternalAudience extends AudienceBase {
  readonly kind: 'external';
  readonly datasetId: string | null;
  readonly linkedAudienceRef: JsonObject | null;
  readonly audienceMeta: JsonObject | null;
  /** The files its members come in; null when they are not read here. */
  readonly ingestion: ExternalIngestion | null;
  readonly metrics: ReportedMetrics | null;
}

/** An audience. */
export type Audience = PlatformAudience | ExternalAudience;
