/** The wire format: schemas, and pure functions between them and the domain. */

export {
  type AudienceListRequest,
  decodeAudienceList,
  encodeAudienceList,
} from './audience-list.ts';
export {
  AudienceMetadataParameters,
  AudienceMetadataResource,
  CreatedAudienceResource,
  decodeMetadataOnly,
  decodeNewAudienceMetadata,
  encodeAudienceMetadata,
  type NewAudienceMetadata,
  NewAudienceMetadataBody,
} from './audience-metadata.ts';
export { decodePatched } from './audience-patch.ts';
export {
  AudienceListResource,
  AudienceMetricsResource,
  AudienceResource,
  ChangedAudienceBody,
  ExternalAudienceResource,
  isAudienceAttribute,
  NewAudienceBody,
  NewExternalAudience,
  NewPlatformAudience,
  PlatformAudienceResource,
} from './audience-schema.ts';
export {
  BulkGetBody,
  BulkGetResource,
  decodeBulkGet,
  decodeBulkIds,
  encodeBulkGet,
  encodeBulkResults,
} from './bulk-get.ts';
export {
  BulkMetricBody,
  BulkMetricResource,
  decodeBulkMetric,
  encodeBulkMetric,
  type NamedReport,
  type ReportOutcome,
} from './bulk-patch-metric.ts';
export { checkValue } from './check-value.ts';
export { type ClockChange, decodeClockAdvance, decodeClockChange, encodeClock } from './clock-codec.ts';
export { ClockAdvanceBody, ClockChangeBody, ClockResource } from './clock-schema.ts';
export { decodeNewAudience, type NewAudience, type NewExternal, type NewPlatform } from './decode-audience.ts';
export {
  decodeChangedDefinition,
  decodeConversion,
  decodeDefinitionList,
  decodeNewDefinition,
} from './decode-definition.ts';
export { decodeJobList, decodeNewJob, type JobAudiences, type JobListRequest } from './decode-job.ts';
export { decodeReplacement } from './decode-replacement.ts';
export {
  decodeAudienceMap,
  decodeNewSchedule,
  decodeScheduleAudiences,
  decodeSchedulePatch,
  decodeTrigger,
} from './decode-schedule.ts';
export {
  ChangedDefinitionBody,
  ConversionBody,
  ConversionResource,
  DefinitionBulkResource,
  DefinitionDeletedResource,
  DefinitionListResource,
  DefinitionResource,
  NewDefinitionBody,
} from './definition-schema.ts';
export { type AudienceSurroundings, encodeAudience, encodeConstants, profileClass } from './encode-audience.ts';
export {
  definitionsIn,
  encodeConversion,
  encodeDefinitionList,
} from './encode-definition.ts';
export { encodeJob, encodeJobList, type JobSurroundings } from './encode-job.ts';
export { encodeInternalError, encodeProblem } from './encode-problem.ts';
export { encodeSandbox } from './encode-sandbox.ts';
export {
  encodeAudienceMap,
  encodeAudiencesChange,
  encodeSchedule,
  encodeScheduleList,
  type ScheduleSurroundings,
} from './encode-schedule.ts';
export {
  decodeExportList,
  decodeExportNumber,
  decodeNewExport,
  type ExportListRequest,
  encodeExportJob,
  encodeExportJobList,
  type NewExport,
  type WrittenTime,
} from './export-codec.ts';
export { ExportJobListResource, ExportJobResource, NewExportBody } from './export-schema.ts';
export {
  decodeExternalChange,
  decodeNewExternalAudience,
  decodeNewExternalRun,
  type ExternalAudienceChange,
  encodeExternalAudience,
  encodeExternalDetails,
  encodeExternalOperation,
  encodeExternalRun,
  encodeExternalRunStatus,
  type NewExternalRun,
} from './external-codec.ts';
export {
  ExtendedResource,
  ExternalAudienceChangeBody,
  ExternalOperationAccepted,
  ExternalOperationResource,
  ExternalRunListResource,
  ExternalRunResource,
  ExternalRunStatusResource,
  ExternalSourceAudienceResource,
  NewExternalAudienceBody,
  NewExternalRunBody,
} from './external-schema.ts';
export { LiveResource, ReadyResource } from './health-schema.ts';
export { decodeIdempotencyKey } from './idempotency-key.ts';
export { decodeIfMatch } from './if-match.ts';
export { decodeNewImport, encodeImport, encodeImportList, type NewImport } from './import-codec.ts';
export { ImportListResource, ImportResource, NewImportBody } from './import-schema.ts';
export { JobBulkResource, JobListResource, JobResource, NewJobBody } from './job-schema.ts';
export { decodePatch, PatchBody, type PatchOperation } from './json-patch.ts';
export { wireLimits } from './limits.ts';
export {
  AudienceListParameters,
  DefinitionListParameters,
  ExportListParameters,
  JobListParameters,
  MemberExportParameters,
  MemberListParameters,
  OffsetParameters,
  PageParameters,
  PreviewParameters,
  pageParameters,
  SearchEntitiesParameters,
  SearchNamespacesParameters,
  SearchTaxonomyParameters,
} from './list-parameters.ts';
export { MemberListResource, MemberResource } from './member-schema.ts';
export {
  decodeNewPreview,
  decodePreviewId,
  decodePreviewPage,
  encodeEstimate,
  encodePreview,
  encodePreviewResults,
  type PreviewMatch,
  type PreviewPage,
} from './preview-codec.ts';
export {
  CancelledResource,
  EstimateResource,
  NewPreviewBody,
  PreviewResource,
  PreviewResultsResource,
} from './preview-schema.ts';
export { GatewayErrorBody, ProblemBody } from './problem-schema.ts';
export { decodePropertyFilter, matchesPropertyFilter, type PropertyFilter } from './property-filter.ts';
export {
  decodePageRequest,
  decodeText,
  decodeTexts,
  decodeWholeNumber,
  type PageRequest,
  type QueryParameters,
} from './query-parameters.ts';
export {
  checkSandboxChange,
  decodeNewSandbox,
  decodeSandboxPage,
  decodeSandboxTitle,
  encodeDeletedSandbox,
  encodeManagedSandbox,
  encodeManagedSandboxList,
  type NewSandbox,
  type SandboxPageRequest,
} from './sandbox-codec.ts';
export {
  ManagedSandboxListResource,
  ManagedSandboxResource,
  NewSandboxBody,
  SandboxChangeBody,
  SandboxTitleBody,
  SandboxTypesResource,
} from './sandbox-schema.ts';
export {
  AddedAudiencesResource,
  AudienceMapBody,
  AudienceMapResource,
  NewScheduleBody,
  RemovedAudiencesResource,
  ScheduleAudiencesBody,
  ScheduleListResource,
  SchedulePatchBody,
  ScheduleResource,
  TriggerBody,
} from './schedule-schema.ts';
export {
  decodeEntitySearch,
  decodeNamespaceSearch,
  decodeTaxonomySearch,
  type EntitySearch,
  encodeSearchEntities,
  encodeSearchNamespaces,
  encodeSearchTaxonomy,
  rootFolderId,
  searchableOf,
  searchedClass,
} from './search-codec.ts';
export { decodeSearchQuery, type Searchable, type SearchQuery } from './search-query.ts';
export { SearchEntitiesResource, SearchNamespacesResource, SearchTaxonomyResource } from './search-schema.ts';
export { SandboxResource } from './shared-schema.ts';
export { decodeTokenForm, type TokenRequest } from './token-form.ts';
export { KeySetResource, TokenErrorBody, TokenForm, TokenResource } from './token-schema.ts';
