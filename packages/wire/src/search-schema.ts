/** The search over audiences on the wire. */

import { Type } from 'typebox';
import { answerExamples } from './answer-examples.ts';

const Status = Type.Object({ message: Type.String() });

/** Where something was found. */
export const SearchNamespacesResource = Type.Object(
  {
    namespaces: Type.Array(
      Type.Object({ namespace: Type.String(), displayName: Type.String(), count: Type.Integer() }),
    ),
    totalCount: Type.Integer(),
    status: Status,
  },
  { title: 'SearchNamespaces', examples: [answerExamples.searchNamespaces] },
);

/** A page of what was found in a namespace. */
export const SearchEntitiesResource = Type.Object(
  {
    entities: Type.Array(
      Type.Object({
        id: Type.String(),
        base64EncodedSourceId: Type.String(),
        sourceId: Type.String(),
        isFolder: Type.Boolean(),
        parentFolderId: Type.String(),
        name: Type.String(),
        description: Type.String(),
      }),
    ),
    page: Type.Object({
      totalCount: Type.Integer(),
      totalPages: Type.Integer(),
      pageOffset: Type.Integer(),
      pageSize: Type.Integer(),
    }),
    status: Status,
  },
  { title: 'SearchEntities', examples: [answerExamples.searchEntities] },
);

/** The folders from the root to the parent of something. */
export const SearchTaxonomyResource = Type.Object(
  {
    taxonomy: Type.Array(
      Type.Object({
        id: Type.String(),
        base64EncodedSourceId: Type.String(),
        name: Type.String(),
        parentFolderId: Type.String(),
      }),
    ),
    status: Status,
  },
  { title: 'SearchTaxonomy', examples: [answerExamples.searchTaxonomy] },
);

/** Where something was found, as it is sent. */
export type SearchNamespacesResource = Type.Static<typeof SearchNamespacesResource>;
/** A page of what was found, as it is sent. */
export type SearchEntitiesResource = Type.Static<typeof SearchEntitiesResource>;
/** The folders above something, as they are sent. */
export type SearchTaxonomyResource = Type.Static<typeof SearchTaxonomyResource>;
