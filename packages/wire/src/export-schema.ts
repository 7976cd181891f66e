/** Export jobs on the wire. */
import { exportFormats, exportStatuses } from '@muster/audience';
import { Type } from 'typebox';
import { answerExamples } from './answer-examples.ts';
import { wireLimits } from './limits.ts';

const Time = Type.String({ description: 'RFC 3339.', examples: ['2024-05-31T00:00:00Z'] });
const Id = Type.String({ minLength: 1, maxLength: wireLimits.idLengthMax });
const Paths = Type.String({
  maxLength: wireLimits.exportFieldsLengthMax,
  description:
    'Dotted paths, separated by commas; an object stands for all of its fields. Empty: all that have values.',
});

const Segment = Type.Object({
  segmentId: Id,
  segmentNs: Type.Optional(Type.String({ maxLength: wireLimits.namespaceLengthMax })),
  status: Type.Optional(
    Type.Array(Type.Enum(exportStatuses), {
      minItems: 1,
      maxItems: exportStatuses.length,
    }),
  ),
});

const Filter = Type.Object({
  segments: Type.Optional(Type.Array(Segment, { maxItems: wireLimits.exportSegmentsMax })),
  segmentQualificationTime: Type.Optional(
    Type.Object({ startTime: Type.Optional(Time), endTime: Type.Optional(Time) }),
  ),
  fromIngestTimestamp: Type.Optional(Time),
  emptyProfiles: Type.Optional(Type.Boolean()),
});

const EventList = Type.Object({
  fields: Type.Optional(Paths),
  filter: Type.Optional(
    Type.Object({ fromIngestTimestamp: Type.Optional(Time), toIngestTimestamp: Type.Optional(Time) }),
  ),
});

/** The body that starts an export. */
export const NewExportBody = Type.Object(
  {
    fields: Type.Optional(Paths),
    mergePolicy: Type.Optional(
      Type.Object({ id: Type.Optional(Id), version: Type.Optional(Type.Union([Type.Integer(), Type.String()])) }),
    ),
    filter: Type.Optional(Filter),
    additionalFields: Type.Optional(Type.Object({ eventList: Type.Optional(EventList) })),
    destination: Type.Object({ datasetId: Id, segmentPerBatch: Type.Optional(Type.Boolean()) }),
    schema: Type.Object({ name: Type.String() }),
    evaluationInfo: Type.Optional(Type.Object({ segmentation: Type.Optional(Type.Boolean()) })),
    muster: Type.Optional(
      Type.Object(
        { format: Type.Optional(Type.Enum(exportFormats)) },
        { description: 'Extension: the format of the files, `jsonl` unless given.' },
      ),
    ),
  },
  {
    title: 'NewExportJob',
    examples: [
      {
        fields: 'person.name,homeAddress.country',
        filter: { segments: [{ segmentId: '7f6c1a52-0d1e-4c58-9d0b-3b1f5a6e2c11', status: ['realized'] }] },
        destination: { datasetId: '5b7c86968f7b6501e21ba9df', segmentPerBatch: false },
        schema: { name: '_xdm.context.profile' },
        muster: { format: 'parquet' },
      },
    ],
  },
);

const TimeSpan = Type.Object({
  startTimeInMs: Type.Optional(Type.Integer()),
  endTimeInMs: Type.Optional(Type.Integer()),
  totalTimeInMs: Type.Optional(Type.Integer()),
});

/** An export job. */
export const ExportJobResource = Type.Object(
  {
    id: Type.Integer(),
    jobType: Type.Literal('BATCH'),
    destination: Type.Object({
      datasetId: Type.String(),
      segmentPerBatch: Type.Boolean(),
      batchId: Type.Optional(Type.String()),
      batches: Type.Optional(
        Type.Array(
          Type.Object({
            segmentId: Type.String(),
            segmentNs: Type.String(),
            status: Type.Array(Type.String()),
            batchId: Type.String(),
          }),
        ),
      ),
    }),
    fields: Type.String(),
    schema: Type.Object({ name: Type.String() }),
    imsOrgId: Type.String(),
    status: Type.String({ description: 'NEW, PROCESSING, SUCCEEDED, FAILED, CANCELLING or CANCELLED.' }),
    filter: Filter,
    additionalFields: Type.Optional(Type.Object({ eventList: EventList })),
    evaluationInfo: Type.Object({ segmentation: Type.Boolean() }),
    mergePolicy: Type.Object({ id: Type.String(), version: Type.Integer() }),
    profileInstanceId: Type.Literal('ups'),
    errors: Type.Array(Type.Object({ code: Type.String(), msg: Type.String(), callStack: Type.Array(Type.String()) })),
    metrics: Type.Object({
      totalTime: TimeSpan,
      profileExportTime: TimeSpan,
      totalExportedProfileCounter: Type.Integer(),
      exportedProfileByNamespaceCounter: Type.Record(Type.String(), Type.Integer()),
    }),
    computeGatewayJobId: Type.Object({ exportJob: Type.String() }),
    creationTime: Type.Integer({ description: 'Milliseconds.' }),
    updateTime: Type.Integer({ description: 'Milliseconds.' }),
    requestId: Type.String(),
    muster: Type.Object(
      {
        format: Type.String(),
        progress: Type.Number({ description: 'Share of the work done, 0 to 1.' }),
        attempts: Type.Integer(),
        files: Type.Array(
          Type.Object({
            name: Type.String(),
            content: Type.String({ description: 'profiles or events.' }),
            segmentId: Type.Optional(Type.String()),
            rows: Type.Integer(),
            bytes: Type.Integer(),
            href: Type.String(),
          }),
        ),
      },
      { description: 'Extension.' },
    ),
  },
  { title: 'ExportJob', examples: [answerExamples.exportJob] },
);

/** A page of export jobs, newest first. */
export const ExportJobListResource = Type.Object(
  {
    records: Type.Array(ExportJobResource),
    page: Type.Object({
      sortField: Type.Literal('createdTime'),
      sort: Type.Literal('desc'),
      pageOffset: Type.String(),
      pageSize: Type.Integer(),
    }),
    link: Type.Object({ next: Type.String() }),
  },
  { title: 'ExportJobList', examples: [answerExamples.exportJobList] },
);

/** A body that starts an export. */
export type NewExportBody = Type.Static<typeof NewExportBody>;
/** An export job as it is sent. */
export type ExportJobResource = Type.Static<typeof ExportJobResource>;
/** A page of export jobs as it is sent. */
export type ExportJobListResource = Type.Static<typeof ExportJobListResource>;
