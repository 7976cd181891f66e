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
} from './audience.ts';
export type { Brand } from './brand.ts';
export {
  type AudienceCount,
  type EvaluationJob,
  type JobAudience,
  type JobError,
  type JobMetrics,
  type JobStatus,
  jobStatuses,
} from './evaluation-job.ts';
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
} from './ids.ts';
export {
  type ImportCounts,
  type ImportRun,
  type ImportStatus,
  importStatuses,
  type RowProblem,
} from './import-run.ts';
export type { Clock, IdSource } from './ports.ts';
export {
  Problem,
  type ProblemDefinition,
  type ProblemDetail,
  type ProblemName,
  problemDefinitions,
} from './problem.ts';
export type { Sandbox } from './sandbox.ts';
export type { Scope } from './scope.ts';
