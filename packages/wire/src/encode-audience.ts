/** Audiences as the wire shows them: one serialiser for all operations. */
import type {
  Audience,
  AudienceId,
  AudienceMetrics,
  ExternalAudience,
  OrgId,
  PlatformAudience,
  ReportedMetrics,
  Sandbox,
} from '@muster/audience';
import type {
  AudienceMetricsResource,
  AudienceResource,
  ExternalAudienceResource,
  PlatformAudienceResource,
} from './audience-schema.ts';
import { encodeSandbox } from './encode-sandbox.ts';

/** What an audience's resource needs besides the audience. */
export interface AudienceSurroundings {
  readonly org: OrgId;
  readonly sandbox: Sandbox;
  /** The audiences whose rules refer to it. */
  readonly dependents: readonly AudienceId[];
  /** Lists leave metrics out unless asked for. */
  readonly metrics: 'shown' | 'hidden';
}

/** The class of people; audiences without a schema count as this. */
export const profileClass = '_xdm.context.profile';

const platformConstants = {
  type: 'SegmentDefinition',
  profileInstanceId: 'ups',
  definedOn: [
    {
      'meta:resourceType': 'unions',
      'meta:containerId': 'tenant',
      $ref: 'https://ns.adobe.com/xdm/context/profile__union',
    },
  ],
} as const;

const externalConstants = { type: 'ExternalSegment' } as const;

type Place = Pick<AudienceSurroundings, 'org' | 'sandbox'>;

const encodePlace = ({ org, sandbox }: Place) => ({
  imsOrgId: org,
  sandbox: encodeSandbox(sandbox),
  isSystem: false,
});

/** The attributes that the resources of all audiences of a kind have alike in a sandbox. */
export function encodeConstants(kind: Audience['kind'], place: Place): Partial<AudienceResource> {
  const { definedOn, ...constants } = platformConstants;
  return kind === 'external'
    ? { ...encodePlace(place), ...externalConstants }
    : { ...encodePlace(place), ...constants, definedOn: [...definedOn] };
}

const secondsOf = (time: number): number => Math.floor(time / 1000);

function encodeMetrics(
  id: AudienceId,
  metrics: AudienceMetrics,
  around: AudienceSurroundings,
): AudienceMetricsResource {
  const epoch = secondsOf(metrics.evaluatedAt);
  return {
    imsOrgId: around.org,
    sandbox: encodeSandbox(around.sandbox),
    jobId: metrics.jobId,
    id,
    type: 'batch_segmentation',
    data: {
      totalProfiles: metrics.totalProfiles,
      totalProfilesByNamespace: { ...metrics.totalProfilesByNamespace },
      totalProfilesByStatus: { ...metrics.totalProfilesByStatus },
    },
    createEpoch: epoch,
    updateEpoch: epoch,
  };
}

/** The counts that were reported, each where it is known. */
function encodeReported(
  id: AudienceId,
  { jobId, jobType, reportedAt, totalProfiles, recordCount }: ReportedMetrics,
  around: AudienceSurroundings,
): Pick<ExternalAudienceResource, 'metrics' | 'recordMetrics'> {
  const epoch = secondsOf(reportedAt);
  const sandbox = encodeSandbox(around.sandbox);
  const common = { imsOrgId: around.org, sandbox, jobId, id, type: jobType, createEpoch: epoch, updateEpoch: epoch };
  return {
    ...(totalProfiles === null ? {} : { metrics: { ...common, data: { totalProfiles } } }),
    ...(recordCount === null ? {} : { recordMetrics: { ...common, data: { recordCount } } }),
  };
}

/** Absent fields are left out, never sent as null. Times are whole seconds: `…Time` is `…Epoch` times 1000. */
function encodeCommon(audience: Audience, around: AudienceSurroundings) {
  const createEpoch = secondsOf(audience.createdAt);
  const updateEpoch = secondsOf(audience.updatedAt);
  return {
    id: audience.id,
    audienceId: audience.externalId,
    ...encodePlace(around),
    name: audience.name,
    ...(audience.description === null ? {} : { description: audience.description }),
    ...(audience.ttlInDays === null ? {} : { ttlInDays: audience.ttlInDays }),
    creationTime: createEpoch * 1000,
    createEpoch,
    updateTime: updateEpoch * 1000,
    updateEpoch,
    _etag: `"${audience.etag}"`,
    originName: audience.originName,
    createdBy: audience.createdBy,
    lastModifiedBy: audience.lastModifiedBy,
    lifecycleState: audience.lifecycleState,
    labels: [...audience.labels],
    ...(audience.tags.length === 0 ? {} : { tags: [...audience.tags] }),
    namespace: audience.namespace,
  };
}

function encodePlatform(audience: PlatformAudience, around: AudienceSurroundings): PlatformAudienceResource {
  const { batch, streaming, edge } = audience.evaluation;
  return {
    ...encodeCommon(audience, around),
    ...(around.metrics === 'hidden' || audience.metrics === null
      ? {}
      : { metrics: encodeMetrics(audience.id, audience.metrics, around) }),
    type: platformConstants.type,
    schema: { name: audience.schemaName ?? profileClass },
    profileInstanceId: platformConstants.profileInstanceId,
    expression: { ...audience.expression },
    mergePolicyId: audience.mergePolicyId,
    evaluationInfo: { batch: { enabled: batch }, continuous: { enabled: streaming }, synchronous: { enabled: edge } },
    dataGovernancePolicy: { excludeOptOut: audience.excludeOptOut },
    overridePerformanceWarnings: audience.overridePerformanceWarnings,
    ...(audience.ansibleDataModel === null ? {} : { ansibleDataModel: audience.ansibleDataModel }),
    ...(audience.payloadSchema === null ? {} : { payloadSchema: audience.payloadSchema }),
    dependents: [...around.dependents],
    dependencies: [...audience.dependencies],
    definedOn: [...platformConstants.definedOn],
  };
}

function encodeExternal(audience: ExternalAudience, around: AudienceSurroundings): ExternalAudienceResource {
  return {
    ...encodeCommon(audience, around),
    ...(around.metrics === 'hidden' || audience.metrics === null
      ? {}
      : encodeReported(audience.id, audience.metrics, around)),
    ...externalConstants,
    ...(audience.schemaName === null ? {} : { schema: { name: audience.schemaName } }),
    ...(audience.datasetId === null ? {} : { datasetId: audience.datasetId }),
    ...(audience.linkedAudienceRef === null ? {} : { linkedAudienceRef: audience.linkedAudienceRef }),
    ...(audience.audienceMeta === null ? {} : { audienceMeta: audience.audienceMeta }),
  };
}

/** The resource of an audience, the same for every operation. */
export function encodeAudience(audience: Audience, around: AudienceSurroundings): AudienceResource {
  return audience.kind === 'platform' ? encodePlatform(audience, around) : encodeExternal(audience, around);
}
