/** Segment definitions as the wire shows them. */
import type { Expression } from '@muster/audience';
import { type AudienceListRequest, sortUnlessGiven } from './audience-list.ts';
import type { AudienceResource } from './audience-schema.ts';
import type { ConversionResource, DefinitionListResource, DefinitionResource } from './definition-schema.ts';
import type { AudienceSurroundings } from './encode-audience.ts';
import { encodeSandbox } from './encode-sandbox.ts';

/** The definitions among resources of audiences. */
export function definitionsIn(resources: readonly AudienceResource[]): readonly DefinitionResource[] {
  return resources.filter((resource) => resource.type === 'SegmentDefinition');
}

/** A page of the list. The last page, and any beyond it, has an empty `link`. */
export function encodeDefinitionList(
  request: AudienceListRequest,
  resources: readonly AudienceResource[],
  totalCount: number,
): DefinitionListResource {
  const segments = definitionsIn(resources);
  const { index, limit } = request.page;
  const [sort = sortUnlessGiven] = request.sort;
  const totalPages = Math.ceil(totalCount / limit);
  const hasNext = index + 1 < totalPages;
  return {
    segments: [...segments],
    page: {
      totalCount,
      totalPages,
      sortField: sort.field,
      sort: sort.direction,
      pageSize: segments.length,
      limit,
    },
    link: hasNext ? { next: `/segment/definitions?page=${index + 1}&limit=${limit}${request.repeated}` } : {},
  };
}

/** The answer to a conversion. */
export function encodeConversion(
  converted: {
    readonly expression: Expression;
    readonly description: string | null;
    readonly ttlInDays: number | null;
  },
  { org, sandbox }: Pick<AudienceSurroundings, 'org' | 'sandbox'>,
): ConversionResource {
  const { expression, description, ttlInDays } = converted;
  return {
    imsOrgId: org,
    sandbox: encodeSandbox(sandbox),
    ...(description === null ? {} : { description }),
    expression: { ...expression },
    ...(ttlInDays === null ? {} : { ttlInDays }),
  };
}
