/** Schedules on the wire. */
import { scheduleLimits } from '@muster/audience';
import { Type } from 'typebox';
import { answerExamples } from './answer-examples.ts';
import { wireLimits } from './limits.ts';
import { resourceExamples } from './resource-examples.ts';
import { NextLinks, SandboxResource } from './shared-schema.ts';

const ScheduleType = Type.Union([Type.Literal('batch_segmentation'), Type.Literal('export')]);
const State = Type.Union([Type.Literal('active'), Type.Literal('inactive')]);
const AudienceRef = Type.String({ minLength: 1, maxLength: wireLimits.idLengthMax });
const Ids = Type.Array(Type.String());

/** A schedule. */
export const ScheduleResource = Type.Object(
  {
    id: Type.String(),
    imsOrgId: Type.String(),
    sandbox: SandboxResource,
    name: Type.String(),
    type: ScheduleType,
    state: State,
    schedule: Type.String({ description: 'Quartz cron, in UTC.' }),
    frequency: Type.String({
      description: 'From `schedule`: intraday, daily, weekly, monthly, yearly or custom.',
    }),
    properties: Type.Object({ segments: Type.Array(Type.String(), { description: '`["*"]`, or ids of audiences.' }) }),
    createEpoch: Type.Integer({ description: 'Seconds.' }),
    updateEpoch: Type.Integer({ description: 'Seconds.' }),
  },
  { title: 'Schedule', examples: [resourceExamples.schedule] },
);

/** A page of schedules, newest first. */
export const ScheduleListResource = Type.Object(
  {
    children: Type.Array(ScheduleResource),
    _page: Type.Object({
      totalCount: Type.Integer(),
      pageSize: Type.Integer({ description: 'Schedules on this page.' }),
      next: Type.Optional(Type.String({ description: 'The `start` of the next page; absent on the last.' })),
    }),
    _links: NextLinks,
  },
  { title: 'ScheduleList', examples: [resourceExamples.scheduleList] },
);

/** The body that creates a schedule. */
export const NewScheduleBody = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: scheduleLimits.scheduleNameLengthMax }),
    type: ScheduleType,
    properties: Type.Object({
      segments: Type.Optional(
        Type.Array(AudienceRef, {
          minItems: 1,
          maxItems: scheduleLimits.scheduledAudiencesMax,
          description: '`["*"]` for all audiences, or ids. Required for `batch_segmentation`.',
        }),
      ),
    }),
    schedule: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: scheduleLimits.cronLengthMax,
        description: 'Quartz cron of six or seven fields, in UTC; 01:00 every day unless given.',
      }),
    ),
    state: Type.Optional(State),
  },
  {
    title: 'NewSchedule',
    examples: [
      {
        name: 'Every night',
        type: 'batch_segmentation',
        properties: { segments: ['*'] },
        schedule: '0 0 1 * * ?',
        state: 'inactive',
      },
    ],
  },
);

/** The body that changes a schedule: JSON Patch on its state and its time. */
export const SchedulePatchBody = Type.Array(
  Type.Object({
    op: Type.Union([Type.Literal('add'), Type.Literal('replace')]),
    path: Type.Union([Type.Literal('/state'), Type.Literal('/schedule')]),
    value: Type.String({ minLength: 1, maxLength: scheduleLimits.cronLengthMax }),
  }),
  {
    minItems: 1,
    maxItems: wireLimits.patchOperationsMax,
    title: 'SchedulePatch',
    examples: [[{ op: 'add', path: '/state', value: 'active' }]],
  },
);

const Segments = Type.Array(AudienceRef, { minItems: 1, maxItems: scheduleLimits.scheduledAudiencesMax });

/** The body that adds audiences to a schedule, or removes them. */
export const ScheduleAudiencesBody = Type.Object(
  { id: Type.String({ minLength: 1, description: 'The schedule.' }), segments: Segments },
  { title: 'ScheduleAudiences', examples: [{ id: 'schedule-id', segments: ['audience-id'] }] },
);

const outcome = {
  existing: Ids,
  invalid: Ids,
  segmentCount: Type.Object({ previous: Type.Integer(), current: Type.Integer(), diff: Type.Integer() }),
};

/** What adding audiences came to. */
export const AddedAudiencesResource = Type.Object(
  { added: Ids, ...outcome },
  { title: 'AddedAudiences', examples: [answerExamples.addedAudiences] },
);
/** What removing audiences came to. */
export const RemovedAudiencesResource = Type.Object(
  { removed: Ids, ...outcome },
  { title: 'RemovedAudiences', examples: [answerExamples.removedAudiences] },
);

/** The body that asks which schedules have audiences. */
export const AudienceMapBody = Type.Object(
  { segments: Segments },
  { title: 'AudienceMapRequest', examples: [{ segments: ['audience-id'] }] },
);

/** Which schedules have which audiences. */
export const AudienceMapResource = Type.Object(
  {
    audienceMap: Type.Record(Type.String(), Ids),
    schedules: Type.Record(
      Type.String(),
      Type.Object({ name: Type.String(), schedule: Type.String(), frequency: Type.String() }),
    ),
  },
  { title: 'AudienceMap', examples: [answerExamples.audienceMap] },
);

/** The body that starts a run of a schedule. */
export const TriggerBody = Type.Object(
  { id: Type.String({ minLength: 1, description: 'The schedule.' }) },
  { title: 'TriggerSchedule', examples: [{ id: 'schedule-id' }] },
);

/** A schedule as it is sent. */
export type ScheduleResource = Type.Static<typeof ScheduleResource>;
/** A page of schedules as it is sent. */
export type ScheduleListResource = Type.Static<typeof ScheduleListResource>;
/** What adding audiences came to, as it is sent. */
export type AddedAudiencesResource = Type.Static<typeof AddedAudiencesResource>;
/** What removing audiences came to, as it is sent. */
export type RemovedAudiencesResource = Type.Static<typeof RemovedAudiencesResource>;
/** Which schedules have which audiences, as it is sent. */
export type AudienceMapResource = Type.Static<typeof AudienceMapResource>;
