/** Segment definitions on the wire: platform audiences in the words of the older resource. */
import { Type } from 'typebox';
import { answerExamples } from './answer-examples.ts';
import { NewPlatformAudience, PlatformAudienceResource } from './audience-schema.ts';
import { BulkMissing } from './bulk-get.ts';
import { wireLimits } from './limits.ts';
import { resourceExamples } from './resource-examples.ts';
import { ExpressionResource, SandboxResource } from './shared-schema.ts';

/** A segment definition: the audience with the same id. */
export const DefinitionResource = PlatformAudienceResource;

const { properties: audienceFields } = NewPlatformAudience;
const SchemaReference = Type.Union([
  Type.Object({ name: Type.String({ maxLength: wireLimits.namespaceLengthMax }) }),
  Type.Object({ id: Type.String({ maxLength: wireLimits.namespaceLengthMax }) }),
]);

/** The body that creates a segment definition. Fields that the server sets are accepted and ignored. */
export const NewDefinitionBody = Type.Object(
  { ...audienceFields, schema: SchemaReference },
  {
    title: 'NewSegmentDefinition',
    examples: [
      {
        name: 'People who work in the US',
        schema: { name: '_xdm.context.profile' },
        expression: { type: 'PQL', format: 'pql/text', value: 'workAddress.country = "US"' },
      },
    ],
  },
);

/** The body that changes a segment definition: an object, not a JSON Patch. What it leaves out stays. */
export const ChangedDefinitionBody = Type.Object(
  { ...Type.Partial(Type.Object(audienceFields)).properties, schema: Type.Optional(SchemaReference) },
  { title: 'ChangedSegmentDefinition', examples: [{ description: 'Work address in the US' }] },
);

/** A page of segment definitions. */
export const DefinitionListResource = Type.Object(
  {
    segments: Type.Array(DefinitionResource),
    page: Type.Object({
      totalCount: Type.Integer(),
      totalPages: Type.Integer(),
      sortField: Type.String(),
      sort: Type.Union([Type.Literal('asc'), Type.Literal('desc')]),
      pageSize: Type.Integer({ description: 'Definitions on this page.' }),
      limit: Type.Integer(),
    }),
    link: Type.Object({ next: Type.Optional(Type.String({ description: 'Absent on the last page.' })) }),
  },
  { title: 'SegmentDefinitionList', examples: [resourceExamples.definitionList] },
);

/** The answer to a deletion. */
export const DefinitionDeletedResource = Type.Object(
  { status: Type.Boolean(), message: Type.String() },
  { title: 'SegmentDefinitionDeleted', examples: [answerExamples.definitionDeleted] },
);

/** The answer of `bulk-get`: definitions by the ids that were asked for, in their order. */
export const DefinitionBulkResource = Type.Object(
  { results: Type.Record(Type.String(), Type.Union([DefinitionResource, BulkMissing])) },
  { title: 'SegmentDefinitionBulkResult', examples: [resourceExamples.definitionBulk] },
);

/** The body of a conversion: a definition, of which the expression counts. */
export const ConversionBody = Type.Object(
  {
    expression: audienceFields.expression,
    description: audienceFields.description,
    ttlInDays: audienceFields.ttlInDays,
    payloadSchema: audienceFields.payloadSchema,
  },
  {
    title: 'Conversion',
    examples: [
      {
        name: 'People who work in the US',
        schema: { name: '_xdm.context.profile' },
        expression: { type: 'PQL', format: 'pql/text', value: 'workAddress.country = "US"' },
      },
    ],
  },
);

/** A definition's expression in the other form. */
export const ConversionResource = Type.Object(
  {
    imsOrgId: Type.String(),
    sandbox: SandboxResource,
    description: Type.Optional(Type.String()),
    expression: ExpressionResource,
    ttlInDays: Type.Optional(Type.Integer()),
  },
  { title: 'ConvertedDefinition', examples: [answerExamples.conversion] },
);

/** A segment definition as it is sent. */
export type DefinitionResource = Type.Static<typeof DefinitionResource>;
/** A page of segment definitions as it is sent. */
export type DefinitionListResource = Type.Static<typeof DefinitionListResource>;
/** A converted definition as it is sent. */
export type ConversionResource = Type.Static<typeof ConversionResource>;
