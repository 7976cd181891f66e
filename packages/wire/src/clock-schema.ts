/** The clock of the server, which tests may set. An extension. */
import { Type } from 'typebox';

const Mode = Type.Union([Type.Literal('system'), Type.Literal('running'), Type.Literal('fixed')], {
  description:
    '`system`: the time of the machine. `running`: as far away from it as was set. `fixed`: stands still until it is moved.',
});

/** The clock as it is. */
export const ClockResource = Type.Object(
  {
    now: Type.String({ format: 'date-time', description: 'UTC, with milliseconds.' }),
    epochMs: Type.Integer(),
    mode: Mode,
    runsStarted: Type.Optional(
      Type.Integer({ description: 'Scheduled runs that became due on the way and have ended, after a change.' }),
    ),
  },
  { title: 'Clock', examples: [{ now: '2024-05-01T00:00:00.000Z', epochMs: 1_714_521_600_000, mode: 'fixed' }] },
);

/** The body that sets the clock. */
export const ClockChangeBody = Type.Object(
  {
    now: Type.Optional(Type.String({ description: 'ISO 8601; needed unless the mode is `system`.' })),
    mode: Type.Optional(Mode),
  },
  {
    title: 'ClockChange',
    description: 'The mode is `fixed` unless given.',
    examples: [{ mode: 'system' }, { now: '2024-05-01T00:00:00Z' }, { now: '2024-05-01T12:00:00Z', mode: 'running' }],
  },
);

const unit = Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000_000 }));

/** The body that moves the clock forward: the sum of its members. */
export const ClockAdvanceBody = Type.Object(
  { days: unit, hours: unit, minutes: unit, seconds: unit, milliseconds: unit },
  { title: 'ClockAdvance', minProperties: 1, additionalProperties: false, examples: [{ hours: 1, minutes: 30 }] },
);

/** The clock as it is sent. */
export type ClockResource = Type.Static<typeof ClockResource>;
