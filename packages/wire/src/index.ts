/** The wire format: schemas, and pure functions between them and the domain. */
export {
  type AudienceListRequest,
  decodeAudienceList,
  encodeAudienceList,
} from './audience-list.ts';
export {
  AudienceListResource,
  AudienceMetricsResource,
  AudienceResource,
  ExternalAudienceResource,
  NewAudienceBody,
  NewExternalAudience,
  NewPlatformAudience,
  PlatformAudienceResource,
} from './audience-schema.ts';
export { checkValue } from './check-value.ts';
export { decodeNewAudience, type NewAudience, type NewExternal, type NewPlatform } from './decode-audience.ts';
export { decodeJobList, decodeNewJob, type JobAudiences, type JobListRequest } from './decode-job.ts';
export { type AudienceSurroundings, encodeAudience, profileClass } from './encode-audience.ts';
export { encodeJob, encodeJobList, type JobSurroundings } from './encode-job.ts';
export { encodeInternalError, encodeProblem } from './encode-problem.ts';
export { encodeSandbox } from './encode-sandbox.ts';
export { LiveResource, ReadyResource } from './health-schema.ts';
export { decodeNewImport, encodeImport, encodeImportList, type NewImport } from './import-codec.ts';
export { ImportListResource, ImportResource, NewImportBody } from './import-schema.ts';
export { JobListResource, JobResource, NewJobBody } from './job-schema.ts';
export { wireLimits } from './limits.ts';
export { MemberListResource, MemberResource } from './member-schema.ts';
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
export { SandboxResource } from './shared-schema.ts';
