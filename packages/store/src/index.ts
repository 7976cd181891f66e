/** Ports to the control plane and the data plane, and their adapters: what other packages may use. */

// The control plane.
export { type DataFolderLock, lockDataFolder, readServerInfo, type ServerInfo } from './control/data-folder.ts';
export type { PostgresOptions } from './control/dialect/postgres.ts';
export {
  openControlStore,
  openPostgresControlStore,
  openSqliteControlStore,
  type SqliteOptions,
  type StoreOptions,
} from './control/open.ts';
export { StoreOpenError } from './control/store-open-error.ts';
export { dataLimits } from './data/compute-members.ts';
export type { EngineOptions } from './data/engine/supervisor.ts';
// The data plane.
export { type EmbeddedDataStore, openClickHouseDataStore, openEmbeddedDataStore } from './data/open.ts';
export { schemaLayout } from './data/schema-layout.ts';
export type {
  AudienceCheck,
  AudienceComparison,
  AudienceCondition,
  AudienceQuery,
  AudienceSort,
  AudienceSortKey,
  AudienceStore,
  ControlStore,
  DueSchedule,
  ImportStore,
  JobQuery,
  JobSortKey,
  JobStore,
  Listed,
  Page,
  RelatedAudiences,
  SandboxRemoval,
  SandboxStore,
  ScheduleStore,
  SchemaClass,
  SchemaStore,
  SettleAudiences,
} from './ports/control-store.ts';
export type {
  BatchOutcome,
  BatchRun,
  DataCounts,
  DataStore,
  EventRecord,
  GivenMembers,
  Identity,
  Member,
  MemberPage,
  MembershipChange,
  MembershipSummary,
  Probe,
  ProbeOutcome,
  ProfileRecord,
  ProgressListener,
  RowCounts,
  RowField,
  RowQuery,
  RowSelection,
  WriteBatch,
} from './ports/data-store.ts';
export { RulesExhausted } from './ports/rules-exhausted.ts';
export type { TaskPage, TaskQuery, TaskStore } from './ports/task-store.ts';
// The fields of a sandbox.
export { loadSandboxSchema, schemaOf } from './sandbox-schema.ts';
