/** The query parameters of lists, as the description shows them and as clients send them. */
import { exportFormats } from '@muster/audience';
import { Type } from 'typebox';
import { wireLimits } from './limits.ts';
import { searchedClass } from './search-codec.ts';

/** Query parameters of lists that page by index. */
export const pageParameters = {
  start: Type.Optional(Type.Integer({ minimum: 0, description: 'Zero-based index of the page.' })),
  limit: Type.Optional(Type.Integer({ minimum: 1, description: 'Greatest number of items on the page.' })),
};

const sort = Type.Optional(
  Type.String({ description: '`attribute:asc` or `attribute:desc`.', examples: ['updateTime:desc'] }),
);

/** Of lists that have nothing but pages. */
export const PageParameters = Type.Object(pageParameters);

/** Of lists that page by the items before them. */
export const OffsetParameters = Type.Object({
  offset: Type.Optional(Type.Integer({ minimum: 0, description: 'Items to leave out at the front.' })),
  limit: Type.Optional(Type.Integer({ minimum: 1, description: 'Greatest number of items on the page.' })),
});

/** Of the list of audiences. */
export const AudienceListParameters = Type.Object({
  ...pageParameters,
  sort,
  property: Type.Optional(
    Type.Array(Type.String(), {
      description: '`attribute==value`; several must all be true.',
      examples: [['audienceId==my-id']],
    }),
  ),
  name: Type.Optional(Type.String({ description: 'The name contains this, in any case.' })),
  description: Type.Optional(Type.String({ description: 'The description contains this, in any case.' })),
  entityType: Type.Optional(Type.String({ description: 'The class.', examples: ['_xdm.context.profile'] })),
});

const method = Type.Optional(Type.Boolean({ description: 'Whether this method of evaluation is on.' }));

/** Of the list of segment definitions. */
export const DefinitionListParameters = Type.Object({
  ...pageParameters,
  page: Type.Optional(Type.Integer({ minimum: 0, description: 'Zero-based index of the page, as `start`.' })),
  sort,
  'evaluationInfo.batch.enabled': method,
  'evaluationInfo.continuous.enabled': method,
  'evaluationInfo.synchronous.enabled': method,
});

/** Of the list of segment jobs. */
export const JobListParameters = Type.Object({
  ...pageParameters,
  status: Type.Optional(Type.String()),
  sort: Type.Optional(Type.String({ description: '`creationTime` or `updateTime`, with `:asc` or `:desc`.' })),
  property: Type.Optional(
    Type.Array(Type.String(), {
      description: '`path==value` or `array~key==value`; several must all be true.',
      examples: [['segments~segmentId==ID']],
    }),
  ),
});

const fields = Type.Optional(
  Type.String({
    description: 'Dotted paths of profile fields, separated by commas.',
    examples: ['person.name.firstName'],
  }),
);

/** Of the list of members. */
export const MemberListParameters = Type.Object({
  start: Type.Optional(Type.String({ description: '`_page.next` of the page before.' })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: wireLimits.membersPageMax })),
  fields,
});

/** Of the export of members. */
export const MemberExportParameters = Type.Object({
  format: Type.Optional(Type.Enum(exportFormats)),
  fields,
});

/** Of the results of a preview. */
export const PreviewParameters = Type.Object({
  offset: Type.Optional(Type.Integer({ minimum: 0 })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: wireLimits.previewPageMax })),
});

/** Of the list of export jobs. */
export const ExportListParameters = Type.Object({
  limit: Type.Optional(Type.Integer({ minimum: 1 })),
  offset: Type.Optional(Type.String({ description: 'The one in `link.next` of the page before.' })),
  status: Type.Optional(Type.String()),
});

const classParameters = {
  'schema.name': Type.Optional(
    Type.String({ description: `\`${searchedClass}\`; required, unless \`schemaClass\` is there.` }),
  ),
  schemaClass: Type.Optional(Type.String({ description: 'The same under another name.' })),
};
const searchText = Type.Optional(
  Type.String({
    description:
      'Words, phrases, `*` and `?`, `field:`, brackets, AND, OR and NOT, such as `segmentName:cart* AND NOT draft`.',
  }),
);

/** Of the search over namespaces. */
export const SearchNamespacesParameters = Type.Object({ ...classParameters, s: searchText });

/** Of the search in a namespace. */
export const SearchEntitiesParameters = Type.Object({
  ...classParameters,
  namespace: Type.String(),
  s: searchText,
  entityId: Type.Optional(Type.String({ description: 'A folder. There is only `root`.' })),
  page: Type.Optional(Type.Integer({ minimum: 0 })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: wireLimits.searchPageMax })),
});

/** Of the look-up of folders. */
export const SearchTaxonomyParameters = Type.Object({
  ...classParameters,
  namespace: Type.String(),
  entityId: Type.String(),
});

/** Query parameters of the results of a preview. */
export type PreviewParameters = Type.Static<typeof PreviewParameters>;
/** Query parameters of a list of export jobs. */
export type ExportListParameters = Type.Static<typeof ExportListParameters>;
/** Query parameters of a search over namespaces. */
export type SearchNamespacesParameters = Type.Static<typeof SearchNamespacesParameters>;
/** Query parameters of a search in a namespace. */
export type SearchEntitiesParameters = Type.Static<typeof SearchEntitiesParameters>;
/** Query parameters of a look-up of folders. */
export type SearchTaxonomyParameters = Type.Static<typeof SearchTaxonomyParameters>;
/** Query parameters of a list of audiences. */
export type AudienceListParameters = Type.Static<typeof AudienceListParameters>;
/** Query parameters of a list of segment definitions. */
export type DefinitionListParameters = Type.Static<typeof DefinitionListParameters>;
/** Query parameters of a list of segment jobs. */
export type JobListParameters = Type.Static<typeof JobListParameters>;
/** Query parameters of a list of members. */
export type MemberListParameters = Type.Static<typeof MemberListParameters>;
/** Query parameters of an export of members. */
export type MemberExportParameters = Type.Static<typeof MemberExportParameters>;
/** Query parameters of a list that pages by the items before a page. */
export type OffsetParameters = Type.Static<typeof OffsetParameters>;
/** Query parameters of a list that has nothing but pages. */
export type PageParameters = Type.Static<typeof PageParameters>;
