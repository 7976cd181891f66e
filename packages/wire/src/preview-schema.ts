/** Previews and estimates on the wire. */
import { Type } from 'typebox';
import { answerExamples } from './answer-examples.ts';
import { wireLimits } from './limits.ts';

/** The body that asks who a rule would find. */
export const NewPreviewBody = Type.Object(
  {
    predicateExpression: Type.String({ minLength: 1, maxLength: wireLimits.expressionLengthMax }),
    predicateType: Type.Optional(Type.String({ description: '`pql/text` (also `PQL`) or `pql/json`.' })),
    predicateModel: Type.Optional(Type.String({ description: '`_xdm.context.profile`.' })),
    graphType: Type.Optional(Type.Union([Type.Literal('none'), Type.Literal('pdg')])),
  },
  {
    title: 'NewPreview',
    examples: [
      {
        predicateExpression: 'homeAddress.country = "US"',
        predicateType: 'pql/text',
        predicateModel: '_xdm.context.profile',
        graphType: 'none',
      },
    ],
  },
);

const State = Type.String({ description: 'NEW, RUNNING, RESULT_READY, FAILED or CANCELLED.' });

/** A preview that was started. */
export const PreviewResource = Type.Object(
  {
    state: State,
    previewQueryId: Type.String(),
    previewQueryStatus: State,
    previewId: Type.String(),
    previewExecutionId: Type.Integer(),
  },
  { title: 'Preview', examples: [answerExamples.preview] },
);

const Href = Type.Object({ _href: Type.String() });

/** A page of the profiles that a preview found, each an object with one key: the profile's id. */
export const PreviewResultsResource = Type.Object(
  {
    results: Type.Array(
      Type.Record(
        Type.String(),
        Type.Object({ _href: Type.String(), endCustomerIds: Type.Record(Type.String(), Href) }),
      ),
    ),
    page: Type.Object({ offset: Type.Integer(), size: Type.Integer() }),
    links: Type.Object({ _self: Type.String(), next: Type.String(), prev: Type.String() }),
    state: State,
  },
  { title: 'PreviewResults', examples: [answerExamples.previewResults] },
);

/** How many profiles a rule would find. */
export const EstimateResource = Type.Object(
  {
    estimatedSize: Type.Integer(),
    numRowsToRead: Type.Integer(),
    totalRows: Type.Integer(),
    profilesReadSoFar: Type.Integer(),
    profilesMatchedSoFar: Type.Integer(),
    standardError: Type.Number({ description: 'In profiles; 0 when the answer is exact.' }),
    confidenceInterval: Type.Literal('95%'),
    state: State,
    error: Type.Object({ description: Type.String(), traceback: Type.String() }),
    estimatedNamespaceDistribution: Type.Array(
      Type.Object({ namespaceId: Type.String(), profilesMatchedSoFar: Type.Integer() }),
    ),
    _links: Type.Object({ preview: Type.String() }),
    muster: Type.Object(
      {
        asOf: Type.String({ description: 'ISO 8601: `now` of the rule.' }),
        progress: Type.Number({ description: 'Share of the work done, 0 to 1.' }),
        isExact: Type.Boolean({ description: 'Whether everyone was looked at.' }),
        interval: Type.Object({ low: Type.Integer(), high: Type.Integer() }),
        expiresAt: Type.String({ description: 'ISO 8601: when the preview is forgotten.' }),
      },
      { description: 'Extension.' },
    ),
  },
  { title: 'Estimate', examples: [answerExamples.estimate] },
);

/** The answer to a cancellation. */
export const CancelledResource = Type.Object(
  { status: Type.Boolean(), message: Type.String() },
  { title: 'Cancelled', examples: [answerExamples.cancelled] },
);

/** A preview as it is sent. */
export type PreviewResource = Type.Static<typeof PreviewResource>;
/** A page of what a preview found, as it is sent. */
export type PreviewResultsResource = Type.Static<typeof PreviewResultsResource>;
/** An estimate as it is sent. */
export type EstimateResource = Type.Static<typeof EstimateResource>;
