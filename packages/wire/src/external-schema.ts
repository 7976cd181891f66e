/** `/core/ais/external-audience` on the wire. */
import { externalFieldTypes, externalLimits, externalSourceTypes } from '@muster/audience';
import { Type } from 'typebox';
import { answerExamples } from './answer-examples.ts';
import { wireLimits } from './limits.ts';
import { OpaqueObject } from './shared-schema.ts';

const Labels = Type.Array(Type.String({ minLength: 1, maxLength: wireLimits.labelLengthMax }), {
  maxItems: wireLimits.labelsMax,
});
const Text = Type.String({ minLength: 1, maxLength: wireLimits.idLengthMax });

const Field = Type.Object({
  name: Type.String({ minLength: 1, maxLength: wireLimits.nameLengthMax }),
  type: Type.Enum(externalFieldTypes),
  identityNs: Type.Optional(Type.String({ minLength: 1, maxLength: wireLimits.namespaceLengthMax })),
  labels: Type.Optional(Labels),
});
const Fields = Type.Array(Field, { minItems: 1, maxItems: externalLimits.fieldsMax });

const Source = Type.Object({
  path: Type.String({ minLength: 1, maxLength: wireLimits.filterLengthMax, pattern: '^\\S+$' }),
  type: Type.Enum(externalSourceTypes),
  sourceType: Type.Optional(Text),
  cloudType: Type.Optional(Type.Enum(['S3', 'DLZ', 'GCS', 'Azure', 'SFTP'])),
  baseConnectionId: Type.Optional(Text),
  encryption: Type.Optional(OpaqueObject),
});

/** Digits in quotes are taken as a number, as samples have them. */
const Ttl = Type.Union([
  Type.Integer({ minimum: externalLimits.ttlInDaysMin, maximum: externalLimits.ttlInDaysMax }),
  Type.String({ pattern: '^(?:[1-9]|[1-8][0-9]|90)$' }),
]);

/** The body that makes an external audience. */
export const NewExternalAudienceBody = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: wireLimits.nameLengthMax }),
    description: Type.Optional(Type.String({ maxLength: wireLimits.descriptionLengthMax })),
    customAudienceId: Type.Optional(Text),
    fields: Fields,
    sourceSpec: Type.Union([Type.Object({ params: Source }), Source]),
    ttlInDays: Type.Optional(Ttl),
    audienceType: Type.Optional(Type.Literal('people')),
    originName: Type.Literal('CUSTOM_UPLOAD'),
    namespace: Type.Optional(Type.String({ minLength: 1, maxLength: wireLimits.namespaceLengthMax })),
    labels: Type.Optional(Labels),
    tags: Type.Optional(Labels),
  },
  {
    title: 'NewIngestedAudience',
    examples: [
      {
        name: 'VIPs of the CRM',
        fields: [{ name: 'email', type: 'string', identityNs: 'Email' }],
        sourceSpec: { params: { path: 'vips.csv', type: 'file' } },
        ttlInDays: 40,
        audienceType: 'people',
        originName: 'CUSTOM_UPLOAD',
      },
    ],
  },
);

/** The body that changes an external audience: what is there replaces what was. */
export const ExternalAudienceChangeBody = Type.Object(
  {
    description: Type.Optional(Type.String({ maxLength: wireLimits.descriptionLengthMax })),
    labels: Type.Optional(Labels),
    fields: Type.Optional(Fields),
    ttlInDays: Type.Optional(Ttl),
  },
  { title: 'ExternalAudienceChange', examples: [{ description: 'of the last quarter', ttlInDays: 60 }] },
);

const Epoch = Type.Integer({ minimum: 0, maximum: 4_102_444_800_000 });

/** The body that starts the reading of files. */
export const NewExternalRunBody = Type.Object(
  { dataFilterStartTime: Epoch, dataFilterEndTime: Type.Optional(Epoch) },
  { title: 'NewExternalRun', examples: [{ dataFilterStartTime: 1_747_323_620 }] },
);

const Details = Type.Object({
  name: Type.String(),
  description: Type.Optional(Type.String()),
  customAudienceId: Type.Optional(Type.String()),
  fields: Fields,
  sourceSpec: Type.Object({ params: Source }),
  ttlInDays: Type.Integer(),
  audienceType: Type.Literal('people'),
  originName: Type.String(),
  namespace: Type.String(),
  labels: Labels,
  tags: Labels,
});

/** The making of an external audience, accepted. */
export const ExternalOperationAccepted = Type.Object(
  { operationId: Type.String(), operationDetails: Details },
  { title: 'ExternalOperationAccepted', examples: [answerExamples.externalAccepted] },
);

const authorship = {
  createdBy: Type.String(),
  createdAt: Type.Integer({ description: 'Seconds.' }),
  updatedBy: Type.String(),
  updatedAt: Type.Integer({ description: 'Seconds.' }),
};

/** The making of an external audience as it is now. */
export const ExternalOperationResource = Type.Object(
  {
    operationId: Type.String(),
    status: Type.String({ description: 'PROCESSING, SUCCESS or FAILED.' }),
    operationDetails: Details,
    audienceName: Type.String(),
    audienceId: Type.Optional(Type.String()),
    ...authorship,
    muster: Type.Object({ reason: Type.Optional(Type.String()) }, { description: 'Extension: why it failed.' }),
  },
  { title: 'ExternalOperation', examples: [answerExamples.externalOperation] },
);

/** An external audience with its source. */
export const ExternalSourceAudienceResource = Type.Object(
  {
    audienceId: Type.String(),
    audienceName: Type.String(),
    description: Type.Optional(Type.String()),
    fields: Fields,
    sourceSpec: Type.Object({ params: Source }),
    ttlInDays: Type.Integer(),
    labels: Labels,
    audienceType: Type.Literal('people'),
    originName: Type.String(),
    ...authorship,
  },
  { title: 'IngestedAudience', examples: [answerExamples.ingestedAudience] },
);

const run = {
  audienceName: Type.String(),
  audienceId: Type.String(),
  runId: Type.String(),
  differentialIngestion: Type.Boolean(),
  dataFilterStartTime: Type.Integer({ description: 'Seconds.' }),
  dataFilterEndTime: Type.Optional(Type.Integer({ description: 'Seconds.' })),
  createdAt: Type.Integer({ description: 'Seconds.' }),
  createdBy: Type.String(),
};

/** A run as it was started. */
export const ExternalRunResource = Type.Object(run, { title: 'ExternalRun', examples: [answerExamples.externalRun] });

/** A run as it is now. */
export const ExternalRunStatusResource = Type.Object(
  {
    ...run,
    status: Type.String({ description: 'PROCESSING, SUCCESS or FAILED.' }),
    details: Type.Array(Type.Object({ stage: Type.String(), status: Type.String(), flowRunId: Type.String() })),
    muster: Type.Object(
      {
        reason: Type.Optional(Type.String({ description: 'Why it failed.' })),
        files: Type.Integer(),
        rows: Type.Integer(),
        rejected: Type.Integer(),
        members: Type.Integer(),
      },
      { description: 'Extension.' },
    ),
  },
  { title: 'ExternalRunStatus', examples: [answerExamples.externalRunStatus] },
);

/** The runs of an audience, newest first. */
export const ExternalRunListResource = Type.Object(
  { runs: Type.Array(ExternalRunResource) },
  { title: 'ExternalRunList', examples: [answerExamples.externalRunList] },
);

/** The answer to an extension. */
export const ExtendedResource = Type.Object(
  { audienceId: Type.String(), name: Type.String() },
  { title: 'ExtendedAudience', examples: [answerExamples.extended] },
);

/** The making of an external audience as it is sent. */
export type ExternalOperationResource = Type.Static<typeof ExternalOperationResource>;
/** An external audience with its source, as it is sent. */
export type ExternalSourceAudienceResource = Type.Static<typeof ExternalSourceAudienceResource>;
/** A run as it is sent. */
export type ExternalRunResource = Type.Static<typeof ExternalRunResource>;
/** A run with its status, as it is sent. */
export type ExternalRunStatusResource = Type.Static<typeof ExternalRunStatusResource>;
