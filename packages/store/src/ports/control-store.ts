/**
 * The control plane: definitions, jobs, imports, sandboxes and schemas. Small rows, transactions, durable writes.
 *
 * Every call takes a `Scope` and sees only its organisation and sandbox. A write has happened, durably, when its
 * promise resolves. Adapters: SQLite and PostgreSQL, held equal by `describeControlStore`.
 */
import type {
  Audience,
  AudienceId,
  AudienceMetrics,
  EpochMs,
  Etag,
  EvaluationJob,
  ExportOutcome,
  ExportRequest,
  ExternalCreationOutcome,
  ExternalCreationRequest,
  ExternalExpiryOutcome,
  ExternalExpiryRequest,
  ExternalRunOutcome,
  ExternalRunRequest,
  IdSource,
  ImportId,
  ImportRun,
  JobId,
  JobStatus,
  JsonObject,
  LifecycleState,
  MetricsReport,
  NewTask,
  OnceRequest,
  PreviewOutcome,
  PreviewRequest,
  Sandbox,
  SandboxName,
  SandboxState,
  Schedule,
  ScheduleId,
  Scope,
  VersionCondition,
} from '@muster/audience';
import type { TaskStore } from './task-store.ts';

/** A page of a list: items `offset` to `offset + limit - 1` of the order asked for. */
export interface Page {
  readonly offset: number;
  readonly limit: number;
}

/** A page and how many items there are over all pages. */
export interface Listed<Item> {
  readonly items: readonly Item[];
  readonly totalCount: number;
}

/** Attributes of audiences that are numbers; methods of evaluation are 1 where an audience has them, else 0. */
export type AudienceNumber = 'createdAt' | 'updatedAt' | 'totalProfiles' | 'ttlInDays' | 'batch' | 'streaming' | 'edge';
/** Attributes of audiences that are texts with few values, or ids. */
export type AudienceText =
  | 'kind'
  | 'externalId'
  | 'originName'
  | 'namespace'
  | 'lifecycleState'
  | 'schemaName'
  | 'mergePolicyId'
  | 'datasetId'
  | 'createdBy'
  | 'lastModifiedBy';

/**
 * Attributes that lists of audiences can be sorted by. Names are sorted by their first 255 characters in lower case,
 * descriptions in lower case, all texts by code point; what an audience does not have is smaller than all that there is.
 */
export type AudienceSortKey = AudienceNumber | AudienceText | 'id' | 'name' | 'description';

/** One attribute to sort by. */
export interface AudienceSort {
  readonly key: AudienceSortKey;
  readonly direction: 'asc' | 'desc';
}

/** Attributes of audiences that conditions compare as texts, by code point; the name is compared as it is written. */
export type ComparedText = AudienceText | 'id' | 'name';
/** How a value stands to the one of a condition. */
export type Comparison = 'equals' | 'differs' | 'atLeast' | 'above' | 'below' | 'atMost';

/** A comparison of one attribute. What an audience does not have compares as smaller than all that there are. */
export type AudienceComparison =
  | { readonly attribute: ComparedText; readonly operator: Comparison; readonly value: string }
  | { readonly attribute: AudienceNumber; readonly operator: Comparison; readonly value: number };

/** A label or tag that an audience must have, or must not have; any of them where `value` is null. */
export interface AudienceElementCondition {
  readonly element: 'labels' | 'tags';
  readonly operator: 'has' | 'lacks';
  readonly value: string | null;
}

/** A condition on an audience; `anyOf` holds where all comparisons of one of its groups do. */
export type AudienceCondition =
  | AudienceComparison
  | AudienceElementCondition
  | { readonly anyOf: readonly (readonly AudienceComparison[])[] };

/**
 * What only the audience itself can tell. The store asks it of each audience that fulfils the rest of a query, once, and
 * later of those that have changed.
 */
export interface AudienceCheck {
  /** The same for checks that hold of the same audiences, in one sandbox. */
  readonly key: string;
  /** Whether it depends on who refers to an audience, which changes while the audience itself does not. */
  readonly looksAtDependents: boolean;
  /** Pure. `dependents` is empty unless the check looks at them. */
  holds(audience: Audience, dependents: readonly AudienceId[]): boolean;
}

/** Which audiences to list; absent members do not restrict. */
export interface AudienceQuery {
  /** The most important first; ties are broken by id, in the direction of the last, so that pages are stable. */
  readonly sort: readonly AudienceSort[];
  /** All of these. */
  readonly conditions?: readonly AudienceCondition[];
  /** Case-insensitive (Unicode lower case) substrings, taken literally. */
  readonly nameContains?: string;
  readonly descriptionContains?: string;
  /** Any of these. */
  readonly ids?: readonly AudienceId[];
  /** Exact matches. */
  readonly name?: string;
  readonly externalId?: string;
  readonly namespace?: string;
  /** Any of these. */
  readonly lifecycleStates?: readonly LifecycleState[];
  /** An audience without a schema counts as `_xdm.context.profile`. */
  readonly schemaName?: string;
  readonly check?: AudienceCheck;
}

/** An audience that is about to be stored, and those that it is connected with by references. */
export interface RelatedAudiences {
  readonly audience: Audience;
  /** Those that are built on it, over whatever others. */
  readonly dependents: readonly Audience[];
  /** All of these, and what they are built on, over whatever others, by id. */
  readonly all: ReadonlyMap<AudienceId, Audience>;
}

/**
 * What changes together with an audience that is stored: it and its dependents in new versions, those that stay left out.
 * Called within the transaction that stores them, while nobody changes any of them. Pure, so that it can be called again.
 */
export type SettleAudiences = (related: RelatedAudiences) => readonly Audience[];

/** Audiences. */
export interface AudienceStore {
  /**
   * Gives the audience as it is stored: as it was given, or as `settle` has it. Throws `audienceExists` when the namespace
   * has this external id already in the sandbox, and `audienceInvalid` naming the audiences its rule refers to that do not
   * exist or whose state does not allow it (`decideTransition`).
   */
  create(scope: Scope, audience: Audience, settle?: SettleAudiences): Promise<Audience>;
  /**
   * Creates an audience like `create`, once: when the key of `request` is remembered, gives the audience that was created
   * for it, as it was then, and creates nothing. Throws `idempotencyKeyReused` when that was another request.
   */
  createOnce(scope: Scope, audience: Audience, request: OnceRequest, settle?: SettleAudiences): Promise<Audience>;
  /** What `createOnce` created for a key that is remembered; null for others. Throws `idempotencyKeyReused`. */
  findOnce(scope: Scope, request: OnceRequest): Promise<Audience | null>;
  find(scope: Scope, id: AudienceId): Promise<Audience | null>;
  /** Those that exist, in the order asked for. */
  findMany(scope: Scope, ids: readonly AudienceId[]): Promise<readonly Audience[]>;
  list(scope: Scope, query: AudienceQuery, page: Page): Promise<Listed<Audience>>;
  /** All published platform audiences, oldest first: batch runs evaluate those of every method. */
  listForBatch(scope: Scope): Promise<readonly Audience[]>;
  /**
   * Replaces the audience if its stored etag is `expected`, and with it, all or nothing, what `settle` changes. Gives it as
   * it is stored. Throws `preconditionFailed` when the etag is another, `audienceNotFound` when the audience is gone, and
   * `audienceInvalid` when its rule refers to audiences that do not exist or, over whatever others, to itself, or when its
   * state may not change like this (`decideTransition`). Metrics are not touched.
   */
  replace(scope: Scope, audience: Audience, expected: Etag, settle?: SettleAudiences): Promise<Audience>;
  /** Replaces an audience like `replace`, and, all or nothing, stores the task that is to end its memberships. */
  replaceWithExpiry(
    scope: Scope,
    audience: Audience,
    expected: Etag,
    expiry: NewTask<ExternalExpiryRequest>,
  ): Promise<Audience>;
  /**
   * Throws `audienceNotFound`, `preconditionFailed` when the stored version is not what `condition` demands, or
   * `audienceNotDeletable` naming the audiences that depend on it.
   */
  delete(scope: Scope, id: AudienceId, condition?: VersionCondition): Promise<void>;
  /** The ids of the audiences whose rules refer to each of `ids`. */
  dependentsOf(scope: Scope, ids: readonly AudienceId[]): Promise<ReadonlyMap<AudienceId, readonly AudienceId[]>>;
  /** Stores the outcome of an evaluation; neither etag nor update time change. Unknown ids are ignored. */
  saveMetrics(scope: Scope, metrics: ReadonlyMap<AudienceId, AudienceMetrics>): Promise<void>;
  /**
   * Adds reports on the sizes of external audiences to what is known of them (`afterReport`); neither etag nor update time
   * change. Other ids are ignored.
   */
  reportMetrics(scope: Scope, reports: ReadonlyMap<AudienceId, MetricsReport>): Promise<void>;
}

/** Attributes that lists of jobs can be sorted by; ties are broken by id. */
export type JobSortKey = 'createdAt' | 'updatedAt';

/** Which jobs to list; absent members do not restrict. */
export interface JobQuery {
  /** Newest first unless given. */
  readonly sort?: { readonly key: JobSortKey; readonly direction: 'asc' | 'desc' };
  readonly scheduleId?: ScheduleId;
  readonly status?: JobStatus;
  readonly audienceId?: AudienceId;
}

/** Evaluation jobs. */
export interface JobStore {
  create(scope: Scope, job: EvaluationJob): Promise<void>;
  /**
   * Creates a job if fewer than `unfinishedMax` jobs of the tenant have not ended; false, and nothing stored, when as many
   * have not. Requests that meet take turns, so that none slips past the limit.
   */
  createWithin(scope: Scope, job: EvaluationJob, unfinishedMax: number): Promise<boolean>;
  find(scope: Scope, id: JobId): Promise<EvaluationJob | null>;
  /** Those that exist, in the order asked for. */
  findMany(scope: Scope, ids: readonly JobId[]): Promise<readonly EvaluationJob[]>;
  list(scope: Scope, query: JobQuery, page: Page): Promise<Listed<EvaluationJob>>;
  countUnfinished(scope: Scope): Promise<number>;
  /**
   * Replaces the job if its stored status is one of `from`; false, and nothing changed, when it is another. The one
   * way for runner and canceller to agree. What a job was made of (source, time, audiences, creator) stays as created.
   */
  transition(scope: Scope, job: EvaluationJob, from: readonly JobStatus[]): Promise<boolean>;
  /** Jobs that have not ended, in every organisation and sandbox, oldest first: for the runner. */
  listUnfinishedEverywhere(): Promise<readonly { readonly scope: Scope; readonly job: EvaluationJob }[]>;
}

/** Imports. */
export interface ImportStore {
  create(scope: Scope, run: ImportRun): Promise<void>;
  find(scope: Scope, id: ImportId): Promise<ImportRun | null>;
  /** The latest import with this fingerprint. */
  findByFingerprint(scope: Scope, fingerprint: string): Promise<ImportRun | null>;
  list(scope: Scope, page: Page): Promise<Listed<ImportRun>>;
  /** Throws `importNotFound` when it is not there. */
  replace(scope: Scope, run: ImportRun): Promise<void>;
  /** Marks imports that were receiving as interrupted: called at start, when nobody can be sending. */
  interruptAllEverywhere(at: EpochMs): Promise<void>;
}

/** A schedule whose run should have started, and in whose name it starts. */
export interface DueSchedule {
  readonly scope: Scope;
  readonly schedule: Schedule;
}

/** Schedules: at most `schedulesMax` in a sandbox. All changes of one tenant's schedules take turns. */
export interface ScheduleStore {
  /** Keeps what `make` gives, which sees the schedules that are there; nothing when it throws. */
  create(scope: Scope, make: (others: readonly Schedule[]) => Schedule): Promise<Schedule>;
  find(scope: Scope, id: ScheduleId): Promise<Schedule | null>;
  /** Newest first. */
  list(scope: Scope, page: Page): Promise<Listed<Schedule>>;
  listAll(scope: Scope): Promise<readonly Schedule[]>;
  /**
   * Replaces a schedule by what `change` makes of it and its neighbours; nothing changes when it throws. Throws
   * `scheduleNotFound`.
   */
  update(
    scope: Scope,
    id: ScheduleId,
    change: (stored: Schedule, others: readonly Schedule[]) => Schedule,
  ): Promise<Schedule>;
  /** Throws `scheduleNotFound`. */
  delete(scope: Scope, id: ScheduleId): Promise<void>;
  /** Schedules whose next run is due at `at`, in every organisation and sandbox, the longest due first. */
  listDueEverywhere(at: EpochMs): Promise<readonly DueSchedule[]>;
  /**
   * Stores the job of a run and when the next one is due, both or neither. False, and nothing stored, when the run that
   * `schedule` has next is not the stored one any more: somebody else started it, or the schedule was changed or deleted.
   */
  startRun(scope: Scope, schedule: Schedule, nextRunAt: EpochMs | null, job: EvaluationJob): Promise<boolean>;
}

/** What can be about to happen to a sandbox. */
export type SandboxRemoval = Exclude<SandboxState, 'active'>;

/** Sandboxes. */
export interface SandboxStore {
  /** The sandbox, made now when it is not there. Safe against concurrent first uses. */
  ensure(scope: Scope, at: EpochMs): Promise<Sandbox>;
  /** The sandbox of the scope, made now; null when it is there already, also when somebody else makes it meanwhile. */
  create(scope: Scope, at: EpochMs, title?: string | null): Promise<Sandbox | null>;
  find(scope: Scope, name: SandboxName): Promise<Sandbox | null>;
  list(scope: Scope): Promise<readonly Sandbox[]>;
  /** The sandbox of the scope under a new title; null when it is not there, or is about to be emptied or to be gone. */
  rename(scope: Scope, title: string, at: EpochMs): Promise<Sandbox | null>;
  /**
   * Says that the sandbox of the scope is about to be emptied or to be gone, so that nothing is begun in it any more; the
   * sandbox as it is then, or null when it is not there. What is to be deleted stays so whoever wants it reset.
   */
  beginRemoval(scope: Scope, state: SandboxRemoval): Promise<Sandbox | null>;
  /**
   * Removes every row of the sandbox, in one transaction: a sandbox that was `resetting` is empty and `active` then, one
   * that was `deleting` is gone. One that is `active` stays as it is.
   */
  finishRemoval(scope: Scope): Promise<void>;
  /** Sandboxes whose removal has begun and not ended, in every organisation. */
  listRemovalsEverywhere(): Promise<readonly { readonly scope: Scope; readonly sandbox: Sandbox }[]>;
}

/** The classes a schema is kept for. */
export type SchemaClass = '_xdm.context.profile' | '_xdm.context.experienceevent';

/** Custom fields of a sandbox, as JSON Schema documents beside the built-in ones. */
export interface SchemaStore {
  /** The custom fields of each class; null where there are none. */
  find(scope: Scope): Promise<Readonly<Record<SchemaClass, JsonObject | null>>>;
  /**
   * Changes a class's document: `change` gets the stored one and gives the new one, under the store's write lock, so
   * that concurrent additions are both kept.
   */
  update(
    scope: Scope,
    schemaClass: SchemaClass,
    change: (stored: JsonObject | null) => JsonObject,
  ): Promise<JsonObject>;
}

/** The control plane. */
export interface ControlStore {
  readonly audiences: AudienceStore;
  readonly jobs: JobStore;
  readonly imports: ImportStore;
  readonly schedules: ScheduleStore;
  readonly previews: TaskStore<PreviewRequest, PreviewOutcome>;
  readonly exports: TaskStore<ExportRequest, ExportOutcome>;
  readonly externalCreations: TaskStore<ExternalCreationRequest, ExternalCreationOutcome>;
  readonly externalRuns: TaskStore<ExternalRunRequest, ExternalRunOutcome>;
  readonly externalExpiries: TaskStore<ExternalExpiryRequest, ExternalExpiryOutcome>;
  readonly sandboxes: SandboxStore;
  readonly schemas: SchemaStore;
  /** Ids that no process has given out that uses this store: random ones, or made from a seed. */
  readonly ids: IdSource;
  /**
   * Runs `work` while no one else holds the lock `name`: across all processes that share this store. Waits its turn.
   * Never hold one lock while taking another. Throws after the work when the lock was lost meanwhile.
   */
  withLock<Result>(name: string, work: () => Promise<Result>): Promise<Result>;
  /** Throws when the store does not answer. */
  ping(): Promise<void>;
  close(): Promise<void>;
}
