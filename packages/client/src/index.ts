/** A typed client of the HTTP API. */
export { type ClientCredentials, clientCredentials } from './auth/client-credentials.ts';
export type { TokenSource } from './auth/token-source.ts';
export { type ClientOptions, createClient, type MusterClient } from './create-client.ts';
export {
  type Finding,
  MusterApiError,
  MusterConflictError,
  MusterInvalidError,
  MusterNotFoundError,
  MusterPreconditionFailedError,
  MusterRateLimitedError,
  MusterUnauthorisedError,
  MusterUnavailableError,
} from './errors/api-error.ts';
export {
  MusterAnswerError,
  MusterError,
  MusterNetworkError,
  MusterTimeoutError,
  MusterTokenError,
} from './errors/muster-error.ts';
export { clientLimits } from './limits.ts';
export type {
  AudiencePatch,
  ChangedAudience,
  CreateOptions,
  MetricReport,
  NewAudience,
  WriteOptions,
} from './resources/audiences/audiences.ts';
export type { ClockAdvance, ClockChange } from './resources/clock/clock.ts';
export type {
  ExternalAudienceChange,
  NewExternalAudience,
  NewExternalRun,
} from './resources/external-audiences/external-audiences.ts';
export type { NewImport } from './resources/imports/imports.ts';
export type { NewPreview, NewPreviewOptions } from './resources/previews/previews.ts';
export type { NewSandbox } from './resources/sandboxes/sandboxes.ts';
export type { NewSchedule, SchedulePatch } from './resources/schedules/schedules.ts';
export type {
  ChangedDefinition,
  Conversion,
  NewDefinition,
} from './resources/segment-definitions/segment-definitions.ts';
export type { NewJob, NewJobOptions, WaitOptions } from './resources/segment-jobs/segment-jobs.ts';
export type { CallOptions } from './transport/call.ts';
export type { RetryPolicy } from './transport/decide-pause.ts';
export type { HttpRequest, Send } from './transport/send.ts';
export type { Timing } from './transport/timing.ts';
