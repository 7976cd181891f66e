import { audienceLimits } from '@muster/audience';

/** Sizes the API accepts, by name. They appear in the schemas, in error texts and in docs/api.md. */
export const wireLimits = {
  nameLengthMax: audienceLimits.nameLengthMax,
  descriptionLengthMax: audienceLimits.descriptionLengthMax,
  payloadSchemaLengthMax: audienceLimits.payloadSchemaLengthMax,
  expressionLengthMax: audienceLimits.expressionLengthMax,
  idLengthMax: audienceLimits.externalIdLengthMax,
  namespaceLengthMax: audienceLimits.namespaceLengthMax,
  labelsMax: audienceLimits.labelsMax,
  labelLengthMax: audienceLimits.labelLengthMax,
  ttlDaysMax: audienceLimits.ttlInDaysMax,
  /** Audiences of one list page; larger wishes are answered with this many. */
  pageSizeMax: 100,
  pageSizeDefault: 100,
  filterLengthMax: 1_000,
  filtersMax: 20,
  /** Attributes of one `sort`. */
  sortTermsMax: 5,
  /** Audiences one job may name. */
  jobAudiencesMax: 1_500,
  membersPageMax: 1_000,
  membersPageDefault: 100,
  memberFieldsMax: 100,
  fingerprintLengthMax: 256,
  /** Etags of one `If-Match`. */
  etagsMax: 100,
  /** Audiences of one bulk request. */
  bulkIdsMax: 100,
  /** Base64url of the longest namespace and external id, all of four bytes, and an id. */
  composedIdLengthMax: 4_200,
  metricOperationsMax: 10,
  patchOperationsMax: 100,
  patchPathLengthMax: 1_000,
  /** Levels of one `path`. */
  patchDepthMax: 50,
  /** Characters of `fields` of an export. */
  exportFieldsLengthMax: 20_000,
  /** Segments that one export may name. */
  exportSegmentsMax: 500,
  /** Audiences on a page of a search, also when no limit is given. */
  searchPageMax: 50,
  /** Profiles on a page of a preview, also when no limit is given. */
  previewPageMax: 1_000,
} as const;
