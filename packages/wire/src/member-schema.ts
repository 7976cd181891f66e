/** Members of an audience. An extension. */
import { Type } from 'typebox';
import { answerExamples } from './answer-examples.ts';
import { NextLinks } from './shared-schema.ts';

/** A member: who it is, and the fields asked for. */
export const MemberResource = Type.Object({
  identity: Type.Object({ namespace: Type.String(), id: Type.String() }),
  fields: Type.Record(Type.String(), Type.Unknown(), {
    description: 'By dotted path; null when the profile has no value. Times are ISO 8601.',
  }),
});

/** A page of members, in a stable order. */
export const MemberListResource = Type.Object(
  {
    children: Type.Array(MemberResource),
    _page: Type.Object({
      totalCount: Type.Integer(),
      pageSize: Type.Integer(),
      limit: Type.Integer(),
      start: Type.Optional(Type.String()),
      next: Type.Optional(Type.String({ description: 'The `start` of the next page: opaque; absent on the last.' })),
    }),
    _links: NextLinks,
    evaluationTime: Type.Optional(
      Type.Integer({ description: '`now` of the evaluation that found them, milliseconds; absent before the first.' }),
    ),
  },
  { title: 'MemberList', examples: [answerExamples.memberList] },
);

/** A member as it is sent. */
export type MemberResource = Type.Static<typeof MemberResource>;
/** A page of members as it is sent. */
export type MemberListResource = Type.Static<typeof MemberListResource>;
