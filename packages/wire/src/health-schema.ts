/** What orchestrators ask. */

import { Type } from 'typebox';
import { answerExamples } from './answer-examples.ts';

/** The process runs. */
export const LiveResource = Type.Object(
  { status: Type.Literal('live') },
  { title: 'Live', examples: [answerExamples.live] },
);

const StoreState = Type.Union([Type.Literal('ok'), Type.Literal('unavailable')]);

/** Whether requests can be answered, and which store cannot. */
export const ReadyResource = Type.Object(
  {
    status: Type.Union([Type.Literal('ready'), Type.Literal('unavailable')]),
    checks: Type.Object({ control: StoreState, data: StoreState }),
  },
  { title: 'Ready', examples: [answerExamples.ready] },
);

/** The answer of a process that runs. */
export type LiveResource = Type.Static<typeof LiveResource>;
/** Whether requests can be answered, as it is sent. */
export type ReadyResource = Type.Static<typeof ReadyResource>;
