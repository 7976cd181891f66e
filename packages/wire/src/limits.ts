/** Sizes the API accepts, by name. They appear in the schemas, in error texts and in docs/api.md. */
export const wireLimits = {
  nameLengthMax: 1_000,
  descriptionLengthMax: 10_000,
  expressionLengthMax: 100_000,
  idLengthMax: 512,
  namespaceLengthMax: 256,
  labelsMax: 200,
  labelLengthMax: 256,
  ttlDaysMax: 36_500,
  /** Audiences of one list page; larger wishes are answered with this many. */
  pageSizeMax: 100,
  pageSizeDefault: 100,
  filterLengthMax: 1_000,
  filtersMax: 20,
  /** Audiences one job may name. */
  jobAudiencesMax: 1_500,
  membersPageMax: 1_000,
  membersPageDefault: 100,
  memberFieldsMax: 100,
  fingerprintLengthMax: 256,
} as const;
