/**
 * The tables of the control plane, as Kysely sees them.
 *
 * Every row belongs to one organisation and one sandbox. Columns hold what is searched, sorted or compared; the rest is
 * JSON text. Times are epoch milliseconds, booleans 0 or 1. Texts that users choose are kept twice where they are
 * searched: exact in the JSON document, and as `columnText` in a column.
 */
interface TenantRow {
  readonly org: string;
  readonly sandbox: string;
}

/** What audiences are found, sorted and compared by. */
interface AudiencesTable extends TenantRow {
  readonly id: string;
  readonly kind: string;
  readonly external_id: string;
  /** Digest of namespace and external id, which are too long together for an index of PostgreSQL. */
  readonly external_key: string;
  readonly namespace: string;
  readonly name: string;
  /** In lower case. */
  readonly name_folded: string;
  /** The start of `name_folded`: what lists are sorted by. */
  readonly name_key: string;
  readonly description_folded: string;
  readonly lifecycle: string;
  /** `_xdm.context.profile` where the audience names none. */
  readonly schema_name: string;
  readonly origin_name: string;
  readonly created_by: string;
  readonly last_modified_by: string;
  /** Empty for external audiences. */
  readonly merge_policy_id: string;
  /** Empty where there is none. */
  readonly dataset_id: string;
  /** -1 where there is none. */
  readonly ttl_in_days: number;
  /** 1 for platform audiences whose method is batch; the other methods likewise. */
  readonly batch: number;
  readonly streaming: number;
  readonly edge: number;
  readonly created_at: number;
  readonly updated_at: number;
  readonly etag: string;
  /** -1 before the first evaluation, so that both engines sort it alike. */
  readonly total_profiles: number;
}

/** What an audience is: apart from what it is found by, so that searches read narrow rows. */
interface AudienceDocumentsTable extends TenantRow {
  readonly id: string;
  readonly document: string;
  readonly metrics: string | null;
}

/** Which audience's rule refers to which. */
interface AudienceDependenciesTable extends TenantRow {
  readonly audience_id: string;
  readonly dependency_id: string;
}

/** Labels and tags, each once. */
interface AudienceElementsTable extends TenantRow {
  readonly audience_id: string;
  readonly element: string;
  readonly value: string;
}

/** How often the audiences of a tenant have changed. */
interface AudienceChangesTable extends TenantRow {
  readonly total: number;
}

/** What audiences were found by before and after each of the last changes. */
interface ChangedAudiencesTable extends AudiencesTable {
  /** Labels and tags, as `elementsText` has them. */
  readonly elements: string;
  /** The tenant's count of changes after the change, 1 for the first. */
  readonly change: number;
  /** 0 for the first row of a change. */
  readonly place: number;
  /** -1 for what an audience was before the change, 1 for what it is after it. */
  readonly sign: number;
}

/** Requests with a key, and what was created for them. */
interface OnceRequestsTable extends TenantRow {
  readonly key: string;
  readonly digest: string;
  /** The audience as it was created. */
  readonly document: string;
  readonly created_at: number;
}

interface JobsTable extends TenantRow {
  readonly id: string;
  readonly source: string;
  readonly status: string;
  readonly as_of: number;
  readonly created_by: string;
  readonly created_at: number;
  readonly updated_at: number;
  readonly attempts: number;
  readonly progress: number;
  /** The audiences, fixed when the job is made: large, and written once. */
  readonly audiences: string;
  /** Metrics and errors. */
  readonly outcome: string;
  readonly request_id: string;
  /** Null for jobs that no schedule started. */
  readonly schedule_id: string | null;
  readonly run_id: string | null;
}

interface JobAudiencesTable extends TenantRow {
  readonly audience_id: string;
  readonly job_id: string;
}

interface ImportsTable extends TenantRow {
  readonly id: string;
  readonly fingerprint: string;
  readonly status: string;
  readonly created_at: number;
  readonly updated_at: number;
  readonly document: string;
}

interface SchedulesTable extends TenantRow {
  readonly id: string;
  readonly created_at: number;
  /** Null when no run will come. */
  readonly next_run_at: number | null;
  readonly document: string;
}

interface TasksTable extends TenantRow {
  /** Which store the task belongs to. */
  readonly kind: string;
  readonly id: string;
  readonly number: number;
  readonly subject: string;
  readonly status: string;
  readonly created_by: string;
  readonly created_at: number;
  readonly updated_at: number;
  /** What was asked for, written once. */
  readonly request: string;
  /** How far it has come. */
  readonly outcome: string;
}

interface SandboxesTable {
  readonly org: string;
  readonly name: string;
  readonly id: string;
  readonly type: string;
  readonly is_default: number;
  readonly created_at: number;
  /** Null where nobody gave one. */
  readonly title: string | null;
  readonly state: string;
  /** Null until it was changed. */
  readonly modified_at: number | null;
  readonly modified_by: string | null;
  /** 1 for a new one, and one more with each change. */
  readonly version: number;
}

/** How often a seed of ids was begun; it belongs to no tenant. */
interface IdStreamsTable {
  readonly seed: string;
  readonly starts: number;
}

interface SchemasTable extends TenantRow {
  readonly class: string;
  readonly document: string;
}

/** All tables by name. */
export interface ControlTables {
  readonly audiences: AudiencesTable;
  readonly audience_documents: AudienceDocumentsTable;
  readonly audience_dependencies: AudienceDependenciesTable;
  readonly audience_elements: AudienceElementsTable;
  readonly audience_changes: AudienceChangesTable;
  readonly changed_audiences: ChangedAudiencesTable;
  readonly once_requests: OnceRequestsTable;
  readonly jobs: JobsTable;
  readonly job_audiences: JobAudiencesTable;
  readonly imports: ImportsTable;
  readonly schedules: SchedulesTable;
  readonly tasks: TasksTable;
  readonly sandboxes: SandboxesTable;
  readonly schemas: SchemasTable;
  readonly id_streams: IdStreamsTable;
}

/** The tables whose rows belong to one organisation and one sandbox. */
export type TenantTable = Exclude<keyof ControlTables, 'sandboxes' | 'id_streams'>;
