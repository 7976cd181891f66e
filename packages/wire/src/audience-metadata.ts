/** Audiences of which only the metadata is made here: whoever brings their members is elsewhere. */
import { type Audience, externalOriginNameDefault, Problem } from '@muster/audience';
import { Type } from 'typebox';
import { Check } from 'typebox/value';
import { AudienceResource } from './audience-schema.ts';
import { checkValue } from './check-value.ts';
import { wireLimits } from './limits.ts';
import { decodeText, type QueryParameters } from './query-parameters.ts';
import { resourceExamples } from './resource-examples.ts';

const parameter = 'createAudienceMetaOnly';

/** The parameter that asks for metadata only. */
export const AudienceMetadataParameters = Type.Object({
  [parameter]: Type.Optional(Type.String({ description: '`true`: only the metadata is made.' })),
});

const Key = Type.String({ minLength: 1, maxLength: wireLimits.namespaceLengthMax });

/** The body that makes the metadata of an external audience. */
export const NewAudienceMetadataBody = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: wireLimits.nameLengthMax }),
    description: Type.Optional(Type.String({ maxLength: wireLimits.descriptionLengthMax })),
    audienceId: Type.Optional(
      Type.String({ minLength: 1, maxLength: wireLimits.idLengthMax, description: 'Made here when it is left out.' }),
    ),
    namespace: Key,
    originName: Type.Optional(Key),
  },
  {
    title: 'NewAudienceMetadata',
    examples: [{ name: 'Partners', audienceId: 'partners-2024', namespace: 'partner', originName: 'PARTNER_PORTAL' }],
  },
);

/** The audience whose metadata were made. */
export const AudienceMetadataResource = Type.Object(
  { id: Type.String(), name: Type.String(), audienceId: Type.String() },
  {
    title: 'AudienceMetadata',
    examples: [{ id: 'f1334370-69db-4f6a-8989-a7518ce1ed7b', name: 'Partners', audienceId: 'partners-2024' }],
  },
);

/** The answer to creating an audience: the audience, or what there is of it when only its metadata was asked for. */
export const CreatedAudienceResource = Type.Union([AudienceResource, AudienceMetadataResource], {
  title: 'CreatedAudience',
  examples: [resourceExamples.platformAudience, resourceExamples.externalAudience],
});

/** The metadata of an audience as it is sent. */
export type AudienceMetadataResource = Type.Static<typeof AudienceMetadataResource>;

/** What a client says of an audience of which only the metadata is made. */
export interface NewAudienceMetadata {
  readonly name: string;
  readonly description: string | null;
  /** Null when the service is to make one. */
  readonly externalId: string | null;
  readonly namespace: string;
  readonly originName: string;
}

/** What a query says about metadata only; undefined when it says nothing. */
export function decodeMetadataOnly(query: QueryParameters): boolean | undefined | Problem {
  const text = decodeText(query, parameter, wireLimits.filterLengthMax);
  if (text === undefined || text instanceof Problem) return text;
  if (text === 'true' || text === 'false') return text === 'true';
  const message = `\`${parameter}\` is neither true nor false`;
  return new Problem('invalidParameter', [{ message, field: parameter, expected: '`true` or `false`' }]);
}

/** The audience a body describes, or what is wrong with the body. Other fields are ignored. */
export function decodeNewAudienceMetadata(body: unknown): NewAudienceMetadata | Problem {
  if (!Check(NewAudienceMetadataBody, body)) {
    return new Problem('externalInvalid', checkValue(NewAudienceMetadataBody, body));
  }
  const { name, description = null, audienceId: externalId = null, namespace } = body;
  return { name, description, externalId, namespace, originName: body.originName ?? externalOriginNameDefault };
}

/** The answer to making metadata. */
export function encodeAudienceMetadata({ id, name, externalId }: Audience): AudienceMetadataResource {
  return { id, name, audienceId: externalId };
}
