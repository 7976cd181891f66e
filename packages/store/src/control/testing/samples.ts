/** Made-up values for tests of the control plane. */
import {
  type AudienceMetrics,
  actorId,
  audienceId,
  decodeOrgId,
  decodeSandboxName,
  type EvaluationJob,
  type ExternalAudience,
  epochMs,
  etag,
  type ImportRun,
  importId,
  jobId,
  type PlatformAudience,
  type ReportedMetrics,
  type Schedule,
  type Scope,
  scheduleId,
} from '@muster/audience';

/** A moment that samples are made at. */
export const sampleTime = epochMs(1_700_000_000_000);

/** The scope of an organisation and a sandbox. */
export function sampleScope(org: string, sandbox = 'prod'): Scope {
  const decodedOrg = decodeOrgId(org);
  const decodedSandbox = decodeSandboxName(sandbox);
  if (decodedOrg === null || decodedSandbox === null) throw new Error(`not a scope: ${org}, ${sandbox}`);
  return { org: decodedOrg, sandbox: decodedSandbox, actor: actorId('someone@AdobeID') };
}

const base = {
  description: null,
  lifecycleState: 'published',
  labels: [],
  tags: [],
  schemaName: null,
  ttlInDays: null,
  createdBy: actorId('maker'),
  createdAt: sampleTime,
  lastModifiedBy: actorId('editor'),
  updatedAt: sampleTime,
  etag: etag('"1"'),
  metrics: null,
} as const;

/** A platform audience with this id. */
export function samplePlatform(id: string, changes: Partial<PlatformAudience> = {}): PlatformAudience {
  return {
    ...base,
    kind: 'platform',
    id: audienceId(id),
    externalId: id,
    name: `Audience ${id}`,
    namespace: 'AEPSegments',
    originName: 'REAL_TIME_CUSTOMER_PROFILE',
    expression: { type: 'PQL', format: 'pql/text', value: 'loyalty.tier = "gold"' },
    mergePolicyId: 'policy',
    evaluation: { batch: true, streaming: false, edge: false },
    excludeOptOut: true,
    overridePerformanceWarnings: false,
    ansibleDataModel: null,
    payloadSchema: null,
    dependencies: [],
    ...changes,
  };
}

/** An external audience with this id. */
export function sampleExternal(id: string, changes: Partial<ExternalAudience> = {}): ExternalAudience {
  return {
    ...base,
    kind: 'external',
    id: audienceId(id),
    externalId: `crm-${id}`,
    name: `Audience ${id}`,
    namespace: 'crm',
    originName: 'CUSTOM_UPLOAD',
    datasetId: null,
    linkedAudienceRef: null,
    audienceMeta: null,
    ingestion: null,
    ...changes,
  };
}

/** The size of an external audience, reported as this. */
export function sampleReport(totalProfiles: number): ReportedMetrics {
  return { jobId: 'job', jobType: 'export', reportedAt: sampleTime, totalProfiles, recordCount: null };
}

/** The metrics of an evaluation that found this many. */
export function sampleMetrics(totalProfiles: number): AudienceMetrics {
  return {
    jobId: 'job',
    evaluatedAt: sampleTime,
    totalProfiles,
    totalProfilesByNamespace: { Email: totalProfiles },
    totalProfilesByStatus: { realized: totalProfiles, existing: 0, exited: 0 },
  };
}

/** A new job with this id. */
export function sampleJob(id: string, changes: Partial<EvaluationJob> = {}): EvaluationJob {
  const { expression, mergePolicyId } = samplePlatform('a');
  return {
    id: jobId(id),
    source: 'api',
    requestId: `request of ${id}`,
    scheduledRun: null,
    status: 'NEW',
    asOf: sampleTime,
    audiences: [{ audienceId: audienceId('a'), expression, mergePolicyId }],
    createdBy: actorId('runner'),
    createdAt: sampleTime,
    updatedAt: sampleTime,
    attempts: 0,
    progress: 0,
    metrics: null,
    errors: [],
    ...changes,
  };
}

/** An active schedule with this id. */
export function sampleSchedule(id: string, changes: Partial<Schedule> = {}): Schedule {
  return {
    id: scheduleId(id),
    name: `Schedule ${id}`,
    type: 'batch_segmentation',
    state: 'active',
    cron: '0 0 1 * * ?',
    audiences: { kind: 'all' },
    createdBy: actorId('planner'),
    createdAt: sampleTime,
    updatedAt: sampleTime,
    nextRunAt: epochMs(sampleTime + 1),
    ...changes,
  };
}

/** An import with this id that is receiving. */
export function sampleImport(id: string, changes: Partial<ImportRun> = {}): ImportRun {
  return {
    id: importId(id),
    name: `${id}.csv`,
    kind: 'profiles',
    fingerprint: `fingerprint of ${id}`,
    mapping: null,
    status: 'receiving',
    counts: { rows: 0, profiles: 0, events: 0, skipped: 0, rejected: 0 },
    committedRows: 0,
    problems: [],
    error: null,
    createdBy: actorId('sender'),
    createdAt: sampleTime,
    updatedAt: sampleTime,
    ...changes,
  };
}
