/** Pure rules of audiences: what other packages may use. */
export {
  type Audience,
  type AudienceMetrics,
  type EvaluationMethods,
  type Expression,
  type ExternalAudience,
  type Json,
  type JsonObject,
  type LifecycleState,
  lifecycleStates,
  type PlatformAudience,
  type ReportedMetrics,
  reportJobTypes,
} from './audience.ts';
export {
  type AudienceOrigin,
  audienceLimits,
  decideAudienceValues,
  decideExternalAudience,
  decidePlatformAudience,
  type ExternalAudienceDraft,
  evaluationMethodsDefault,
  externalNamespaceDefault,
  externalOriginNameDefault,
  type PlatformAudienceDraft,
  peopleSchemaName,
  platformNamespace,
  platformOriginName,
} from './audience-rules.ts';
export type { Brand } from './brand.ts';
export { type Frequency, frequencies } from './cron/frequency.ts';
export { type RandomSource, renderEtag } from './etag.ts';
export {
  type AudienceCount,
  type EvaluationJob,
  type JobAudience,
  type JobError,
  type JobMetrics,
  type JobStatus,
  jobStatuses,
  type ScheduledRun,
} from './evaluation-job.ts';
export {
  decideEvaluation,
  type ImmediateVerdict,
  type MethodVerdicts,
} from './evaluation-rules.ts';
export {
  type ExportEvents,
  type ExportFile,
  type ExportFormat,
  type ExportJob,
  type ExportOutcome,
  type ExportRequest,
  type ExportSegment,
  type ExportStatus,
  exportFormats,
  exportStatuses,
} from './export-job.ts';
export {
  type ExternalCreation,
  type ExternalCreationOutcome,
  type ExternalCreationRequest,
  type ExternalDefinition,
  type ExternalExpiry,
  type ExternalExpiryOutcome,
  type ExternalExpiryRequest,
  type ExternalField,
  type ExternalFieldType,
  type ExternalIngestion,
  type ExternalRun,
  type ExternalRunOutcome,
  type ExternalRunRequest,
  type ExternalSource,
  externalFieldTypes,
  externalLimits,
  externalSourceTypes,
  fitsExternalType,
  identityFieldOf,
} from './external-audience.ts';
export { registeredNamespace } from './identity-namespace.ts';
export {
  type ActorId,
  type AudienceId,
  actorId,
  audienceId,
  decodeOrgId,
  decodeSandboxName,
  type EpochMs,
  type Etag,
  epochMs,
  etag,
  type ImportId,
  importId,
  type JobId,
  jobId,
  type OrgId,
  type ProfileId,
  profileId,
  type SandboxName,
  type ScheduleId,
  scheduleId,
  type TaskId,
  taskId,
} from './ids.ts';
export {
  type ImportCounts,
  type ImportRun,
  type ImportStatus,
  importStatuses,
  type RowProblem,
} from './import-run.ts';
export {
  decideCancellation,
  isFinalJobStatus,
  isJobTransition,
  jobStatusesBefore,
  unfinishedJobStatuses,
} from './job-rules.ts';
export { decideTransition, type LifecycleFacts, type LifecycleOrigin, type LifecycleTarget } from './lifecycle.ts';
export {
  decideMembershipChange,
  exitRetentionDays,
  isExitForgotten,
  type Membership,
  type MembershipChange,
  membershipExpiry,
  nextMembership,
} from './membership.ts';
export { decideRepetition, forgottenUntil, type OnceRequest, onceLimits } from './once-request.ts';
export type { Clock, IdSource } from './ports.ts';
export {
  type Estimate,
  estimateSize,
  type Preview,
  type PreviewOutcome,
  type PreviewRequest,
  previewedAudienceId,
  sampledAboveProfiles,
  sampleShareOf,
} from './preview.ts';
export {
  Problem,
  type ProblemDefinition,
  type ProblemDetail,
  type ProblemName,
  problemDefinitions,
} from './problem.ts';
export { afterReport, type MetricsReport } from './reported-metrics.ts';
export type { Sandbox, SandboxState } from './sandbox.ts';
export {
  type Schedule,
  type ScheduledAudiences,
  type ScheduleState,
  type ScheduleType,
  scheduleStates,
  scheduleTypes,
} from './schedule.ts';
export {
  type AudiencesChange,
  addAudiences,
  cronDefault,
  decideBesides,
  decideSchedule,
  decideScheduleChange,
  isRunDue,
  removeAudiences,
  runAfter,
  type ScheduleChange,
  type ScheduleDraft,
  type ScheduleFields,
  type ScheduleOrigin,
  scheduleFrequency,
  scheduleLimits,
} from './schedule-rules.ts';
export type { Scope } from './scope.ts';
export {
  cancelledTaskStatus,
  isFinalTaskStatus,
  type NewTask,
  startTask,
  type Task,
  type TaskStatus,
  taskStatuses,
  unfinishedTaskStatuses,
} from './task.ts';
export { decideVersion, type VersionCondition } from './version-condition.ts';
