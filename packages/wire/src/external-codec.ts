/** External audiences and their files between wire and domain. */
import {
  type EpochMs,
  type ExternalAudience,
  type ExternalCreation,
  type ExternalDefinition,
  type ExternalField,
  type ExternalIngestion,
  type ExternalRun,
  type ExternalSource,
  epochMs,
  externalLimits,
  externalNamespaceDefault,
  identityFieldOf,
  Problem,
  type ProblemDetail,
  registeredNamespace,
  type TaskStatus,
} from '@muster/audience';
import { Check } from 'typebox/value';
import { checkValue } from './check-value.ts';
import {
  ExternalAudienceChangeBody,
  type ExternalOperationResource,
  type ExternalRunResource,
  type ExternalRunStatusResource,
  type ExternalSourceAudienceResource,
  NewExternalAudienceBody,
  NewExternalRunBody,
} from './external-schema.ts';

type WrittenField = ExternalSourceAudienceResource['fields'][number];
type WrittenSource = ExternalSourceAudienceResource['sourceSpec']['params'];

/** Clouds that are reached over a connection. */
const connectedClouds: ReadonlySet<string> = new Set(['S3', 'GCS', 'SFTP']);

/** A field as it is known; its namespace as that is registered. */
function decodeField({ name, type, identityNs, labels }: WrittenField): ExternalField {
  return {
    name,
    type,
    identityNs: identityNs === undefined ? null : registeredNamespace(identityNs),
    labels: labels ?? [],
  };
}

function decodeFields(fields: readonly WrittenField[], details: ProblemDetail[]): readonly ExternalField[] {
  const decoded = fields.map(decodeField);
  const names = new Set<string>();
  for (const [index, { name }] of decoded.entries()) {
    if (names.has(name)) details.push({ message: `\`${name}\` is there twice`, field: `/fields/${index}/name` });
    names.add(name);
  }
  if (identityFieldOf(decoded) === null) {
    const suggestion = 'give the field that names people an `identityNs`';
    details.push({ message: 'no field has an identity', field: '/fields', suggestion });
  }
  return decoded;
}

function decodeSource(source: WrittenSource, details: ProblemDetail[]): ExternalSource {
  const { path, type, sourceType = null, cloudType = null, baseConnectionId = null, encryption = null } = source;
  if (cloudType !== null && connectedClouds.has(cloudType) && baseConnectionId === null) {
    const message = `\`baseConnectionId\` is missing, which \`${cloudType}\` needs`;
    details.push({ message, field: '/sourceSpec/params/baseConnectionId' });
  }
  return { path, type, sourceType, cloudType, baseConnectionId, encryption };
}

/** The audience a body describes, or what is wrong with the body. */
export function decodeNewExternalAudience(body: unknown): ExternalDefinition | Problem {
  if (!Check(NewExternalAudienceBody, body)) {
    return new Problem('externalInvalid', checkValue(NewExternalAudienceBody, body));
  }
  const details: ProblemDetail[] = [];
  const { sourceSpec } = body;
  const definition: ExternalDefinition = {
    name: body.name,
    description: body.description ?? null,
    customAudienceId: body.customAudienceId ?? null,
    fields: decodeFields(body.fields, details),
    source: decodeSource('params' in sourceSpec ? sourceSpec.params : sourceSpec, details),
    ttlInDays: Number(body.ttlInDays ?? externalLimits.ttlInDaysDefault),
    originName: body.originName,
    namespace: body.namespace ?? externalNamespaceDefault,
    labels: body.labels ?? [],
    tags: body.tags ?? [],
  };
  return details.length === 0 ? definition : new Problem('externalInvalid', details);
}

/** What to change of an external audience; absent members stay. */
export interface ExternalAudienceChange {
  readonly description?: string;
  readonly labels?: readonly string[];
  readonly fields?: readonly ExternalField[];
  readonly ttlInDays?: number;
}

/** The change a body describes, or what is wrong with the body. */
export function decodeExternalChange(body: unknown): ExternalAudienceChange | Problem {
  if (!Check(ExternalAudienceChangeBody, body)) {
    return new Problem('externalInvalid', checkValue(ExternalAudienceChangeBody, body));
  }
  // Whether there is an identity among the fields is known when they are joined with those that stay.
  const fields = body.fields?.map(decodeField);
  return {
    ...(body.description === undefined ? {} : { description: body.description }),
    ...(body.labels === undefined ? {} : { labels: body.labels }),
    ...(fields === undefined ? {} : { fields }),
    ...(body.ttlInDays === undefined ? {} : { ttlInDays: Number(body.ttlInDays) }),
  };
}

/** Which files a run takes. */
export interface NewExternalRun {
  readonly from: EpochMs;
  readonly to: EpochMs | null;
}

/** Smaller numbers are seconds: as milliseconds they would be before 1973. */
const secondsBelow = 100_000_000_000;
const toMs = (epoch: number): EpochMs => epochMs(epoch < secondsBelow ? epoch * 1_000 : epoch);

/** The run a body asks for, or what is wrong with the body. */
export function decodeNewExternalRun(body: unknown): NewExternalRun | Problem {
  if (!Check(NewExternalRunBody, body)) return new Problem('externalInvalid', checkValue(NewExternalRunBody, body));
  const from = toMs(body.dataFilterStartTime);
  const to = body.dataFilterEndTime === undefined ? null : toMs(body.dataFilterEndTime);
  if (to !== null && to < from) {
    const message = '`dataFilterEndTime` is before `dataFilterStartTime`';
    return new Problem('externalInvalid', [{ message, field: '/dataFilterEndTime' }]);
  }
  return { from, to };
}

function encodeFields(fields: readonly ExternalField[]): WrittenField[] {
  return fields.map(({ name, type, identityNs, labels }) => ({
    name,
    type,
    ...(identityNs === null ? {} : { identityNs }),
    labels: [...labels],
  }));
}

const clouds = ['S3', 'DLZ', 'GCS', 'Azure', 'SFTP'] as const;

function encodeSource({ path, type, sourceType, cloudType, baseConnectionId, encryption }: ExternalSource): {
  params: WrittenSource;
} {
  const cloud = clouds.find((known) => known === cloudType);
  return {
    params: {
      path,
      type,
      ...(sourceType === null ? {} : { sourceType }),
      ...(cloud === undefined ? {} : { cloudType: cloud }),
      ...(baseConnectionId === null ? {} : { baseConnectionId }),
      ...(encryption === null ? {} : { encryption }),
    },
  };
}

const seconds = (time: EpochMs): number => Math.floor(time / 1_000);

/** The definition of an operation as it was understood. */
export function encodeExternalDetails(definition: ExternalDefinition): ExternalOperationResource['operationDetails'] {
  const { description, customAudienceId } = definition;
  return {
    name: definition.name,
    ...(description === null ? {} : { description }),
    ...(customAudienceId === null ? {} : { customAudienceId }),
    fields: encodeFields(definition.fields),
    sourceSpec: encodeSource(definition.source),
    ttlInDays: definition.ttlInDays,
    audienceType: 'people',
    originName: definition.originName,
    namespace: definition.namespace,
    labels: [...definition.labels],
    tags: [...definition.tags],
  };
}

const statuses: Readonly<Record<TaskStatus, 'PROCESSING' | 'SUCCESS' | 'FAILED'>> = {
  NEW: 'PROCESSING',
  PROCESSING: 'PROCESSING',
  CANCELLING: 'PROCESSING',
  CANCELLED: 'FAILED',
  FAILED: 'FAILED',
  SUCCEEDED: 'SUCCESS',
};

/** The resource of an operation. */
export function encodeExternalOperation(operation: ExternalCreation): ExternalOperationResource {
  const { request, outcome, error } = operation;
  return {
    operationId: operation.id,
    status: statuses[operation.status],
    operationDetails: encodeExternalDetails(request.definition),
    audienceName: request.definition.name,
    ...(outcome === null ? {} : { audienceId: outcome.audienceId }),
    createdBy: operation.createdBy,
    createdAt: seconds(operation.createdAt),
    updatedBy: operation.createdBy,
    updatedAt: seconds(operation.updatedAt),
    muster: error === null ? {} : { reason: error.message },
  };
}

/** The resource of an audience with its source. */
export function encodeExternalAudience(
  audience: ExternalAudience,
  { fields, source }: ExternalIngestion,
): ExternalSourceAudienceResource {
  return {
    audienceId: audience.id,
    audienceName: audience.name,
    ...(audience.description === null ? {} : { description: audience.description }),
    fields: encodeFields(fields),
    sourceSpec: encodeSource(source),
    ttlInDays: audience.ttlInDays ?? externalLimits.ttlInDaysDefault,
    labels: [...audience.labels],
    audienceType: 'people',
    originName: audience.originName,
    createdBy: audience.createdBy,
    createdAt: seconds(audience.createdAt),
    updatedBy: audience.lastModifiedBy,
    updatedAt: seconds(audience.updatedAt),
  };
}

/** The resource of a run as it was started. Every run gives all members anew. */
export function encodeExternalRun(run: ExternalRun): ExternalRunResource {
  const { audienceId, audienceName, from, to } = run.request;
  return {
    audienceName,
    audienceId,
    runId: run.id,
    differentialIngestion: false,
    dataFilterStartTime: seconds(from),
    ...(to === null ? {} : { dataFilterEndTime: seconds(to) }),
    createdAt: seconds(run.createdAt),
    createdBy: run.createdBy,
  };
}

/** The resource of a run with its status. */
export function encodeExternalRunStatus(run: ExternalRun): ExternalRunStatusResource {
  const status = statuses[run.status];
  const { files = 0, rows = 0, rejected = 0, members = 0 } = run.outcome ?? {};
  return {
    ...encodeExternalRun(run),
    status,
    details: ['DATASET_INGEST', 'PROFILE_STORE_INGEST'].map((stage) => ({ stage, status, flowRunId: run.id })),
    muster: { ...(run.error === null ? {} : { reason: run.error.message }), files, rows, rejected, members },
  };
}
