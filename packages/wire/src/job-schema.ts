/** Segment jobs: batch evaluations on the wire. */
import { Type } from 'typebox';
import { BulkMissing } from './bulk-get.ts';
import { wireLimits } from './limits.ts';
import { resourceExamples } from './resource-examples.ts';
import { ExpressionResource, NextLinks, SandboxResource } from './shared-schema.ts';

const Counter = Type.Record(Type.String(), Type.Integer());
const TimeSpan = Type.Object({
  startTimeInMs: Type.Optional(Type.Integer()),
  endTimeInMs: Type.Optional(Type.Integer()),
  totalTimeInMs: Type.Optional(Type.Integer()),
});
const Link = Type.Object({ href: Type.String(), method: Type.String() });

const Metrics = Type.Object({
  totalTime: TimeSpan,
  profileSegmentationTime: TimeSpan,
  totalProfiles: Type.Optional(Type.Integer()),
  segmentedProfileCounter: Counter,
  segmentedProfileByNamespaceCounter: Type.Record(Type.String(), Counter),
  segmentedProfileByStatusCounter: Type.Record(Type.String(), Counter),
  totalProfilesByMergePolicy: Counter,
});

/** A segment job. */
export const JobResource = Type.Object(
  {
    id: Type.String(),
    imsOrgId: Type.String(),
    sandbox: SandboxResource,
    profileInstanceId: Type.Literal('ups'),
    source: Type.Union([Type.Literal('api'), Type.Literal('scheduler')]),
    status: Type.String({ description: 'NEW, QUEUED, PROCESSING, CANCELLING, CANCELLED, FAILED or SUCCEEDED.' }),
    batchId: Type.String({ description: 'What the run wrote; here the id of the job.' }),
    computeJobId: Type.Integer(),
    computeGatewayJobId: Type.String(),
    segments: Type.Array(
      Type.Object({
        segmentId: Type.String(),
        segment: Type.Object({
          id: Type.String(),
          expression: ExpressionResource,
          mergePolicyId: Type.String(),
          mergePolicy: Type.Object({ id: Type.String(), version: Type.Integer() }),
        }),
      }),
    ),
    metrics: Metrics,
    requestId: Type.String({ description: 'Of the request; of scheduled runs: schedule id, `-`, epoch milliseconds.' }),
    properties: Type.Optional(
      Type.Object(
        { scheduleId: Type.String(), runId: Type.String() },
        { description: 'Of jobs that a schedule started.' },
      ),
    ),
    schema: Type.Object({ name: Type.String() }),
    _links: Type.Object({ cancel: Link, checkStatus: Link }),
    errors: Type.Array(Type.Object({ code: Type.String(), msg: Type.String(), callStack: Type.Array(Type.String()) })),
    creationTime: Type.Integer({ description: 'Milliseconds.' }),
    updateTime: Type.Integer({ description: 'Milliseconds.' }),
    updateEpoch: Type.Integer({ description: 'Seconds.' }),
    muster: Type.Object(
      {
        asOf: Type.String({ description: 'ISO 8601: `now` of every expression of the run.' }),
        progress: Type.Number({ description: 'Share of the work done, 0 to 1.' }),
        attempts: Type.Integer(),
      },
      { description: 'Extension.' },
    ),
  },
  { title: 'SegmentJob', examples: [resourceExamples.segmentJob] },
);

/** A page of segment jobs. */
export const JobListResource = Type.Object(
  {
    children: Type.Array(JobResource),
    _page: Type.Object({
      totalCount: Type.Integer(),
      pageSize: Type.Integer({ description: 'Jobs on this page.' }),
      next: Type.Optional(Type.String({ description: 'The `start` of the next page; absent on the last.' })),
    }),
    _links: NextLinks,
  },
  { title: 'SegmentJobList', examples: [resourceExamples.segmentJobList] },
);

/** The answer of `bulk-get`: jobs by the ids that were asked for, in their order. */
export const JobBulkResource = Type.Object(
  { results: Type.Record(Type.String(), Type.Union([JobResource, BulkMissing])) },
  { title: 'SegmentJobBulkResult', examples: [resourceExamples.segmentJobBulk] },
);

const SegmentReference = Type.Object({ segmentId: Type.String({ minLength: 1, maxLength: wireLimits.idLengthMax }) });
const References = Type.Array(SegmentReference, { minItems: 1, maxItems: wireLimits.jobAudiencesMax });

/** A job for the audiences named; `[{"segmentId": "*"}]` names all. */
export const NewJobOfSegments = References;
/** The same with the class, the documented form for all audiences. */
export const NewJobOfClass = Type.Object({
  schema: Type.Optional(Type.Object({ name: Type.String() })),
  segments: References,
});
/** The body that starts a job. */
export const NewJobBody = Type.Union([NewJobOfSegments, NewJobOfClass], {
  title: 'NewSegmentJob',
  examples: [
    [{ segmentId: '7f6c1a52-0d1e-4c58-9d0b-3b1f5a6e2c11' }],
    { schema: { name: '_xdm.context.profile' }, segments: [{ segmentId: '*' }] },
  ],
});

/** A segment job as it is sent. */
export type JobResource = Type.Static<typeof JobResource>;
/** A page of segment jobs as it is sent. */
export type JobListResource = Type.Static<typeof JobListResource>;
