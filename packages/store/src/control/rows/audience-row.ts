/** Audiences as rows. The document holds the whole audience but for its metrics; the columns are for finding it. */
import { createHash } from 'node:crypto';
import {
  type Audience,
  type AudienceMetrics,
  actorId,
  audienceId,
  type ExternalAudience,
  etag,
  lifecycleStates,
  type PlatformAudience,
  peopleSchemaName,
  type ReportedMetrics,
  reportJobTypes,
  type Scope,
} from '@muster/audience';
import type { Insertable } from 'kysely';
import { columnText, foldedText, sortKeyText } from '../column-text.ts';
import type { ControlTables } from '../tables.ts';
import { decodeIngestion } from './external-row.ts';
import {
  booleanOf,
  memberOf,
  numberOf,
  numberOrNullOf,
  numbersOf,
  objectOrNullOf,
  oneOf,
  parsedOf,
  presentOrNull,
  renderJson,
  textOf,
  textOrNullOf,
  textsOf,
  timeOf,
} from './row.ts';

/** What is stored where an audience has no number: sorted before all that there are. */
const absentNumber = -1;

function externalKey(audience: Audience): string {
  const text = JSON.stringify([columnText(audience.namespace), columnText(audience.externalId)]);
  return createHash('sha256').update(text).digest('base64url');
}

/** The size an audience is sorted by. */
export const sortedSize = (metrics: Audience['metrics']): number => metrics?.totalProfiles ?? absentNumber;

/** The columns an audience is found by, without those that an evaluation sets. */
export function encodeAudienceColumns(
  audience: Audience,
): Omit<Insertable<ControlTables['audiences']>, 'org' | 'sandbox' | 'id' | 'total_profiles'> {
  return {
    kind: audience.kind,
    external_id: columnText(audience.externalId),
    external_key: externalKey(audience),
    namespace: columnText(audience.namespace),
    name: columnText(audience.name),
    name_folded: foldedText(audience.name),
    name_key: sortKeyText(audience.name),
    description_folded: foldedText(audience.description ?? ''),
    lifecycle: audience.lifecycleState,
    schema_name: columnText(audience.schemaName ?? peopleSchemaName),
    origin_name: columnText(audience.originName),
    created_by: columnText(audience.createdBy),
    last_modified_by: columnText(audience.lastModifiedBy),
    merge_policy_id: audience.kind === 'platform' ? columnText(audience.mergePolicyId) : '',
    dataset_id: audience.kind === 'external' ? columnText(audience.datasetId ?? '') : '',
    ttl_in_days: audience.ttlInDays ?? absentNumber,
    batch: audience.kind === 'platform' && audience.evaluation.batch ? 1 : 0,
    streaming: audience.kind === 'platform' && audience.evaluation.streaming ? 1 : 0,
    edge: audience.kind === 'platform' && audience.evaluation.edge ? 1 : 0,
    created_at: audience.createdAt,
    updated_at: audience.updatedAt,
    etag: columnText(audience.etag),
  };
}

/** The row of a new audience. */
export function encodeAudience(scope: Scope, audience: Audience): Insertable<ControlTables['audiences']> {
  return {
    org: scope.org,
    sandbox: scope.sandbox,
    id: columnText(audience.id),
    ...encodeAudienceColumns(audience),
    total_profiles: sortedSize(audience.metrics),
  };
}

/** The audience as a document, without its metrics, which change on their own. */
export function encodeAudienceDocument(audience: Audience): string {
  const { metrics: _, ...document } = audience;
  return renderJson(document);
}

/** The metrics as a document; null when there are none. */
export function encodeAudienceMetrics(metrics: Audience['metrics']): string | null {
  return metrics === null ? null : renderJson(metrics);
}

function decodeMetrics(value: unknown): AudienceMetrics {
  const byStatus = memberOf(value, 'totalProfilesByStatus');
  return {
    jobId: textOf(value, 'jobId'),
    evaluatedAt: timeOf(value, 'evaluatedAt'),
    totalProfiles: numberOf(value, 'totalProfiles'),
    totalProfilesByNamespace: numbersOf(value, 'totalProfilesByNamespace'),
    totalProfilesByStatus: {
      realized: numberOf(byStatus, 'realized'),
      existing: numberOf(byStatus, 'existing'),
      exited: numberOf(byStatus, 'exited'),
    },
  };
}

/** What was reported of an external audience, from its document. */
export function decodeReportedMetrics(value: unknown): ReportedMetrics {
  return {
    jobId: textOf(value, 'jobId'),
    jobType: oneOf(reportJobTypes, value, 'jobType'),
    reportedAt: timeOf(value, 'reportedAt'),
    totalProfiles: numberOrNullOf(value, 'totalProfiles'),
    recordCount: numberOrNullOf(value, 'recordCount'),
  };
}

function decodeBase(document: unknown) {
  return {
    id: audienceId(textOf(document, 'id')),
    externalId: textOf(document, 'externalId'),
    name: textOf(document, 'name'),
    description: textOrNullOf(document, 'description'),
    namespace: textOf(document, 'namespace'),
    originName: textOf(document, 'originName'),
    lifecycleState: oneOf(lifecycleStates, document, 'lifecycleState'),
    labels: textsOf(document, 'labels'),
    tags: textsOf(document, 'tags'),
    schemaName: textOrNullOf(document, 'schemaName'),
    ttlInDays: numberOrNullOf(document, 'ttlInDays'),
    createdBy: actorId(textOf(document, 'createdBy')),
    createdAt: timeOf(document, 'createdAt'),
    lastModifiedBy: actorId(textOf(document, 'lastModifiedBy')),
    updatedAt: timeOf(document, 'updatedAt'),
    etag: etag(textOf(document, 'etag')),
  };
}

const formats = ['pql/text', 'pql/json'] as const;

function decodePlatform(document: unknown, metrics: unknown): PlatformAudience {
  const expression = memberOf(document, 'expression');
  const evaluation = memberOf(document, 'evaluation');
  return {
    kind: 'platform',
    ...decodeBase(document),
    metrics: metrics === null ? null : decodeMetrics(metrics),
    expression: {
      type: textOf(expression, 'type'),
      format: oneOf(formats, expression, 'format'),
      value: textOf(expression, 'value'),
    },
    mergePolicyId: textOf(document, 'mergePolicyId'),
    evaluation: {
      batch: booleanOf(evaluation, 'batch'),
      streaming: booleanOf(evaluation, 'streaming'),
      edge: booleanOf(evaluation, 'edge'),
    },
    excludeOptOut: booleanOf(document, 'excludeOptOut'),
    overridePerformanceWarnings: booleanOf(document, 'overridePerformanceWarnings'),
    ansibleDataModel: objectOrNullOf(document, 'ansibleDataModel'),
    payloadSchema: presentOrNull(document, 'payloadSchema', () => textOf(document, 'payloadSchema')),
    dependencies: textsOf(document, 'dependencies').map(audienceId),
  };
}

function decodeExternal(document: unknown, metrics: unknown): ExternalAudience {
  return {
    kind: 'external',
    ...decodeBase(document),
    metrics: metrics === null ? null : decodeReportedMetrics(metrics),
    datasetId: textOrNullOf(document, 'datasetId'),
    linkedAudienceRef: objectOrNullOf(document, 'linkedAudienceRef'),
    audienceMeta: objectOrNullOf(document, 'audienceMeta'),
    ingestion: presentOrNull(document, 'ingestion', decodeIngestion),
  };
}

const kinds = ['platform', 'external'] as const;

/** The audience in a row with `document` and `metrics`. */
export function decodeAudience(row: unknown): Audience {
  const document = parsedOf(row, 'document');
  const metrics = textOrNullOf(row, 'metrics') === null ? null : parsedOf(row, 'metrics');
  return oneOf(kinds, document, 'kind') === 'platform'
    ? decodePlatform(document, metrics)
    : decodeExternal(document, metrics);
}
