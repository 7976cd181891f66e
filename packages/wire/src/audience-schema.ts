/** The audience on the wire: responses, lists and the bodies that create one. */
import { Type } from 'typebox';
import { wireLimits } from './limits.ts';
import { resourceExamples } from './resource-examples.ts';
import { ExpressionResource, NextLinks, OpaqueObject, SandboxResource } from './shared-schema.ts';

const Enabled = Type.Object({ enabled: Type.Boolean() });
const Counts = Type.Record(Type.String(), Type.Integer());

/** The outcome of an audience's latest evaluation. */
export const AudienceMetricsResource = Type.Object({
  imsOrgId: Type.String(),
  sandbox: SandboxResource,
  jobId: Type.String(),
  id: Type.String({ description: 'Id of the audience.' }),
  type: Type.Literal('batch_segmentation'),
  data: Type.Object({
    totalProfiles: Type.Integer(),
    totalProfilesByNamespace: Counts,
    totalProfilesByStatus: Counts,
  }),
  createEpoch: Type.Integer({ description: 'Seconds.' }),
  updateEpoch: Type.Integer({ description: 'Seconds; when the audience was evaluated.' }),
});

/** The kinds of job that report sizes. */
export const ReportJobType = Type.Union([Type.Literal('export'), Type.Literal('AO')]);

const reportFields = {
  imsOrgId: Type.String(),
  sandbox: SandboxResource,
  jobId: Type.String(),
  id: Type.String({ description: 'Id of the audience.' }),
  type: ReportJobType,
  createEpoch: Type.Integer({ description: 'Seconds.' }),
  updateEpoch: Type.Integer({ description: 'Seconds; when the count was reported.' }),
};

/** The number of profiles of an external audience, as it was reported. */
export const ReportedMetricsResource = Type.Object({
  ...reportFields,
  data: Type.Object({ totalProfiles: Type.Integer() }),
});

/** The number of records of an external audience, as it was reported. */
export const RecordMetricsResource = Type.Object({
  ...reportFields,
  data: Type.Object({ recordCount: Type.Integer() }),
});

const commonFields = {
  id: Type.String(),
  audienceId: Type.String(),
  name: Type.String(),
  description: Type.Optional(Type.String()),
  namespace: Type.String(),
  originName: Type.String(),
  imsOrgId: Type.String(),
  sandbox: SandboxResource,
  isSystem: Type.Boolean(),
  lifecycleState: Type.Union([Type.Literal('draft'), Type.Literal('published'), Type.Literal('inactive')]),
  labels: Type.Array(Type.String()),
  tags: Type.Optional(Type.Array(Type.String())),
  ttlInDays: Type.Optional(Type.Integer()),
  createdBy: Type.String(),
  lastModifiedBy: Type.String(),
  creationTime: Type.Integer({ description: 'Milliseconds, in whole seconds.' }),
  createEpoch: Type.Integer({ description: 'Seconds.' }),
  updateTime: Type.Integer({ description: 'Milliseconds, in whole seconds.' }),
  updateEpoch: Type.Integer({ description: 'Seconds.' }),
  _etag: Type.String({ description: 'A quoted string inside the string.' }),
};

/** An audience with a rule, evaluated here. */
export const PlatformAudienceResource = Type.Object(
  {
    ...commonFields,
    type: Type.Literal('SegmentDefinition'),
    metrics: Type.Optional(AudienceMetricsResource),
    schema: Type.Object({ name: Type.String() }),
    profileInstanceId: Type.Literal('ups'),
    expression: ExpressionResource,
    mergePolicyId: Type.String(),
    evaluationInfo: Type.Object({ batch: Enabled, continuous: Enabled, synchronous: Enabled }),
    dataGovernancePolicy: Type.Object({ excludeOptOut: Type.Boolean() }),
    overridePerformanceWarnings: Type.Boolean(),
    ansibleDataModel: Type.Optional(OpaqueObject),
    payloadSchema: Type.Optional(Type.String({ description: 'What the client gave.' })),
    dependents: Type.Array(Type.String()),
    dependencies: Type.Array(Type.String()),
    // A record rather than an object: tools that read the description take a property named `$ref` for a reference.
    definedOn: Type.Array(
      Type.Record(Type.String(), Type.String(), { description: '`meta:resourceType`, `meta:containerId` and `$ref`.' }),
    ),
  },
  { title: 'PlatformAudience', examples: [resourceExamples.platformAudience] },
);

/** An audience whose members come from elsewhere. */
export const ExternalAudienceResource = Type.Object(
  {
    ...commonFields,
    type: Type.Literal('ExternalSegment'),
    metrics: Type.Optional(ReportedMetricsResource),
    recordMetrics: Type.Optional(RecordMetricsResource),
    schema: Type.Optional(Type.Object({ name: Type.String() })),
    datasetId: Type.Optional(Type.String()),
    linkedAudienceRef: Type.Optional(OpaqueObject),
    audienceMeta: Type.Optional(OpaqueObject),
  },
  { title: 'ExternalAudience', examples: [resourceExamples.externalAudience] },
);

/** An audience, told apart by `type`. */
export const AudienceResource = Type.Union([PlatformAudienceResource, ExternalAudienceResource], {
  title: 'Audience',
  examples: [resourceExamples.platformAudience, resourceExamples.externalAudience],
});

const attributes: ReadonlySet<string> = new Set([
  ...Object.keys(PlatformAudienceResource.properties),
  ...Object.keys(ExternalAudienceResource.properties),
]);

/** Whether a resource of any kind may have a member with this name. */
export const isAudienceAttribute = (name: string): boolean => attributes.has(name);

/** A page of audiences. */
export const AudienceListResource = Type.Object(
  {
    children: Type.Array(AudienceResource),
    _page: Type.Object({
      totalCount: Type.Integer(),
      totalPages: Type.Integer(),
      sortField: Type.String(),
      sort: Type.Union([Type.Literal('asc'), Type.Literal('desc')]),
      pageSize: Type.Integer({ description: 'Audiences on this page.' }),
      limit: Type.Integer(),
      start: Type.String({ description: 'Zero-based index of this page.' }),
      next: Type.Optional(Type.String({ description: 'The `start` of the next page; absent on the last.' })),
    }),
    _links: NextLinks,
  },
  { title: 'AudienceList', examples: [resourceExamples.audienceList] },
);

const StoredText = (lengthMax: number) => Type.String({ maxLength: lengthMax });
const Name = Type.String({ minLength: 1, maxLength: wireLimits.nameLengthMax });
const TextList = Type.Array(StoredText(wireLimits.labelLengthMax), { maxItems: wireLimits.labelsMax });

const newCommonFields = {
  name: Name,
  description: Type.Optional(Type.String({ maxLength: wireLimits.descriptionLengthMax })),
  lifecycleState: Type.Optional(
    Type.String({
      description: '`draft`, `published` (default) or `inactive`; `active` is an old word for `published`.',
    }),
  ),
  labels: Type.Optional(TextList),
  tags: Type.Optional(TextList),
  ttlInDays: Type.Optional(
    Type.Union([
      Type.Integer({ minimum: 1, maximum: wireLimits.ttlDaysMax }),
      Type.String({ pattern: '^[1-9][0-9]{0,4}$', description: 'Digits.' }),
    ]),
  ),
};

/** The body that creates a platform audience. Fields that the server sets are accepted and ignored. */
export const NewPlatformAudience = Type.Object(
  {
    ...newCommonFields,
    type: Type.Optional(Type.Literal('SegmentDefinition')),
    expression: Type.Object({
      type: Type.String({ pattern: '^[Pp][Qq][Ll]$', description: '`PQL`' }),
      format: Type.Union([Type.Literal('pql/text'), Type.Literal('pql/json')]),
      value: Type.String({ minLength: 1, maxLength: wireLimits.expressionLengthMax }),
    }),
    schema: Type.Optional(Type.Object({ name: StoredText(wireLimits.namespaceLengthMax) })),
    mergePolicyId: Type.Optional(Type.String({ minLength: 1, maxLength: wireLimits.idLengthMax })),
    evaluationInfo: Type.Optional(
      Type.Object({
        batch: Type.Optional(Enabled),
        continuous: Type.Optional(Enabled),
        synchronous: Type.Optional(Enabled),
      }),
    ),
    overridePerformanceWarnings: Type.Optional(Type.Boolean()),
    ansibleDataModel: Type.Optional(OpaqueObject),
    payloadSchema: Type.Optional(
      Type.String({ maxLength: wireLimits.payloadSchemaLengthMax, description: 'Kept and answered.' }),
    ),
    profileInstanceId: Type.Optional(Type.String()),
  },
  {
    title: 'NewPlatformAudience',
    examples: [
      {
        name: 'People in the US',
        type: 'SegmentDefinition',
        expression: { type: 'PQL', format: 'pql/text', value: 'homeAddress.country = "US"' },
        schema: { name: '_xdm.context.profile' },
      },
    ],
  },
);

const ExternalType = Type.Union([Type.Literal('ExternalSegment'), Type.Literal('ExternalAudience')]);
const ExternalId = Type.String({ minLength: 1, maxLength: wireLimits.idLengthMax });
const Namespace = Type.String({ minLength: 1, maxLength: wireLimits.namespaceLengthMax });

const externalFields = {
  ...newCommonFields,
  originName: Type.Optional(Namespace),
  schema: Type.Optional(Type.Object({ name: StoredText(wireLimits.namespaceLengthMax) })),
  datasetId: Type.Optional(StoredText(wireLimits.idLengthMax)),
  linkedAudienceRef: Type.Optional(OpaqueObject),
  audienceMeta: Type.Optional(OpaqueObject),
};

/** The body that creates an external audience. */
export const NewExternalAudience = Type.Object(
  { ...externalFields, type: ExternalType, audienceId: ExternalId, namespace: Namespace },
  {
    title: 'NewExternalAudience',
    examples: [
      {
        audienceId: 'crm-vip',
        name: 'VIPs of the CRM',
        namespace: 'crm',
        type: 'ExternalSegment',
        originName: 'CUSTOM_UPLOAD',
      },
    ],
  },
);

/** The body that overwrites an external audience: what it is known by may be left out, and may not change. */
export const ChangedExternalAudience = Type.Object(
  {
    ...externalFields,
    type: Type.Optional(ExternalType),
    audienceId: Type.Optional(ExternalId),
    namespace: Type.Optional(Namespace),
  },
  { title: 'ChangedExternalAudience' },
);

/** The body that overwrites an audience: the whole of it; fields that only the server sets are ignored. */
export const ChangedAudienceBody = Type.Union([NewPlatformAudience, ChangedExternalAudience], {
  title: 'ChangedAudience',
});

/** The body that creates an audience; `type` says which. */
export const NewAudienceBody = Type.Union([NewPlatformAudience, NewExternalAudience], { title: 'NewAudience' });

/** A platform audience as it is sent. */
export type PlatformAudienceResource = Type.Static<typeof PlatformAudienceResource>;
/** An external audience as it is sent. */
export type ExternalAudienceResource = Type.Static<typeof ExternalAudienceResource>;
/** An audience as it is sent, told apart by `type`. */
export type AudienceResource = PlatformAudienceResource | ExternalAudienceResource;
/** The outcome of an evaluation as it is sent. */
export type AudienceMetricsResource = Type.Static<typeof AudienceMetricsResource>;
/** A page of audiences as it is sent. */
export type AudienceListResource = Type.Static<typeof AudienceListResource>;
/** A body that creates a platform audience. */
export type NewPlatformAudience = Type.Static<typeof NewPlatformAudience>;
/** A body that creates an external audience. */
export type NewExternalAudience = Type.Static<typeof NewExternalAudience>;
/** A body that overwrites an external audience. */
export type ChangedExternalAudience = Type.Static<typeof ChangedExternalAudience>;
