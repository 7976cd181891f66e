/** Requests about segment definitions, as values of the domain. */
import { type Audience, type Expression, Problem } from '@muster/audience';
import { Check } from 'typebox/value';
import { type AudienceListRequest, decodeSort } from './audience-list.ts';
import type { AudienceResource } from './audience-schema.ts';
import { checkValue } from './check-value.ts';
import { decodePlatform, type NewAudience, type NewPlatform } from './decode-audience.ts';
import { decodeReplacement } from './decode-replacement.ts';
import { ChangedDefinitionBody, ConversionBody, NewDefinitionBody } from './definition-schema.ts';
import { profileClass } from './encode-audience.ts';
import { wireLimits } from './limits.ts';
import type { PropertyFilter } from './property-filter.ts';
import {
  decodePageRequest,
  decodeText,
  decodeTexts,
  decodeWholeNumber,
  type QueryParameters,
} from './query-parameters.ts';

/** Other names of the class of people: those of its schema and of its union. */
const profileIds: ReadonlySet<string> = new Set([
  profileClass,
  'https://ns.adobe.com/xdm/context/profile',
  'https://ns.adobe.com/xdm/context/profile__union',
]);

/** The class that a reference names; an id that is not known is left for the refusal to name. */
function schemaOf(reference: { readonly name: string } | { readonly id: string }): { readonly name: string } {
  if ('name' in reference) return { name: reference.name };
  return { name: profileIds.has(reference.id) ? profileClass : reference.id };
}

/** The definition a body describes, or what is wrong with the body. */
export function decodeNewDefinition(body: unknown): NewPlatform | Problem {
  if (!Check(NewDefinitionBody, body)) return new Problem('invalidBody', checkValue(NewDefinitionBody, body));
  return decodePlatform({ ...body, schema: schemaOf(body.schema) }, 'published');
}

/**
 * What a body makes of a definition, or what is wrong with it. Fields that the body leaves out stay as they are in
 * `resource`; those that only the server sets are ignored.
 */
export function decodeChangedDefinition(
  body: unknown,
  resource: AudienceResource,
  stored: Audience,
): NewAudience | Problem {
  if (!Check(ChangedDefinitionBody, body)) return new Problem('invalidBody', checkValue(ChangedDefinitionBody, body));
  const schema = body.schema === undefined ? {} : { schema: schemaOf(body.schema) };
  return decodeReplacement({ ...resource, ...body, ...schema }, stored);
}

/** The expression to convert and what is given back with it, or what is wrong with the body. */
export function decodeConversion(
  body: unknown,
):
  | { readonly expression: Expression; readonly description: string | null; readonly ttlInDays: number | null }
  | Problem {
  if (!Check(ConversionBody, body)) return new Problem('invalidBody', checkValue(ConversionBody, body));
  const { type, format, value } = body.expression;
  return {
    expression: { type, format, value },
    description: body.description ?? null,
    ttlInDays: body.ttlInDays === undefined ? null : Number(body.ttlInDays),
  };
}

/** External audiences are no definitions. */
const isDefinition: PropertyFilter = {
  path: ['type'],
  elementPath: null,
  operator: 'equals',
  value: 'SegmentDefinition',
};

const methodFilters = ['batch', 'continuous', 'synchronous'].map((method) => `evaluationInfo.${method}.enabled`);

/** The conditions on methods of evaluation: `evaluationInfo.continuous.enabled=true`. */
function decodeMethodFilters(query: QueryParameters): readonly PropertyFilter[] | Problem {
  const filters: PropertyFilter[] = [];
  for (const name of methodFilters) {
    const text = decodeText(query, name, wireLimits.filterLengthMax);
    if (text instanceof Problem) return text;
    if (text === undefined) continue;
    if (text !== 'true' && text !== 'false') {
      const message = `\`${name}\` is neither true nor false`;
      return new Problem('invalidParameter', [{ message, field: name, expected: '`true` or `false`' }]);
    }
    filters.push({ path: name.split('.'), elementPath: null, operator: 'equals', value: text });
  }
  return filters;
}

/** The order asked for. The reference sorts by an `internalId` that is never shown; here it is the id. */
function decodeDefinitionSort(query: QueryParameters): AudienceListRequest['sort'] | Problem {
  return decodeSort({ sort: decodeTexts(query, 'sort').map((text) => text.replaceAll('internalId:', 'id:')) });
}

const repeatedNames = ['sort', ...methodFilters];

/** The parameters to repeat in the link to the next page, encoded. */
function repeatedParameters(query: QueryParameters): string {
  return repeatedNames
    .flatMap((name) => decodeTexts(query, name).map((text) => `&${name}=${encodeURIComponent(text)}`))
    .join('');
}

/** The list a query asks for, or what is wrong with the query. `page` and `start` are both the index of the page. */
export function decodeDefinitionList(query: QueryParameters): AudienceListRequest | Problem {
  const page = decodePageRequest(query, { limitDefault: wireLimits.pageSizeDefault, limitMax: wireLimits.pageSizeMax });
  if (page instanceof Problem) return page;
  const index = decodeWholeNumber(query, 'page', 0);
  if (index instanceof Problem) return index;
  const sort = decodeDefinitionSort(query);
  if (sort instanceof Problem) return sort;
  const filters = decodeMethodFilters(query);
  if (filters instanceof Problem) return filters;
  return {
    page: { index: index ?? page.index, limit: page.limit },
    sort,
    nameContains: null,
    descriptionContains: null,
    entityType: null,
    filters: [isDefinition, ...filters],
    lifecycleStates: ['draft', 'published'],
    metrics: 'shown',
    repeated: repeatedParameters(query),
  };
}
