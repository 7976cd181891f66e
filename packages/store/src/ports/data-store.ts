/**
 * The data plane: profiles, events, memberships. Large columns, few big writes, bitmaps as answers.
 *
 * Every call takes a `Scope`; each sandbox is a database of its own. A write has happened, durably, when its promise
 * resolves; writing the same thing again changes nothing. Adapters: ClickHouse over HTTP, and the same engine embedded
 * in a process of its own. All throw `engineUnavailable` when the engine does not answer.
 */
import type {
  AudienceCount,
  AudienceId,
  EpochMs,
  ExportFormat,
  ExportSegment,
  ProfileId,
  Scope,
} from '@muster/audience';
import type { BatchScans, DataLayout, PqlObject, PqlValue, Schema } from '@muster/pql';

/** Who a record or event belongs to. */
export interface Identity {
  /** Namespace code as first seen; compared without regard to case. */
  readonly namespace: string;
  readonly id: string;
}

/** A profile fragment: what one dataset says about one identity. */
export interface ProfileRecord {
  readonly identity: Identity;
  /** Decoded against the sandbox's profile schema. */
  readonly attributes: PqlObject;
  /** When the statement was made; the latest wins, leaf by leaf. */
  readonly time: EpochMs;
}

/** An event of a person. */
export interface EventRecord {
  readonly identity: Identity;
  /** Unique per person and time: the same event written twice counts once. */
  readonly id: string;
  readonly timestamp: EpochMs;
  /** Decoded against the sandbox's event schema; holds `_id`, `timestamp` and `eventType` as well. */
  readonly body: PqlObject;
}

/** A batch of writes that becomes visible and durable together. */
export interface WriteBatch {
  readonly datasetId: string;
  readonly records: readonly ProfileRecord[];
  readonly events: readonly EventRecord[];
}

/** What a sandbox holds. */
export interface DataCounts {
  readonly profiles: number;
  readonly events: number;
}

/** One batch run. */
export interface BatchRun {
  /** The job's id: running the same id again repeats the run and doubles nothing. */
  readonly runId: string;
  readonly asOf: EpochMs;
  readonly plan: BatchScans;
}

/** Called as a run goes on; `done` rises from 0 to 1. */
export type ProgressListener = (done: number) => void;

/** What a run found. */
export interface BatchOutcome {
  readonly totalProfiles: number;
  readonly counts: readonly AudienceCount[];
}

/** A look at who a rule finds. */
export interface Probe {
  readonly probeId: string;
  /** The share of profiles to look at, 0 to 1: the same ones every time; 1 for all. */
  readonly share: number;
  /** The scans and the one audience, for tables that hold what is looked at. */
  readonly plan: (layout: DataLayout) => BatchScans;
  /** How many of the matches to name. */
  readonly matchesMax: number;
}

/** What a look found. Counts are of the profiles that were looked at, `profilesRead`. */
export interface ProbeOutcome {
  readonly totalProfiles: number;
  readonly profilesRead: number;
  readonly profilesMatched: number;
  readonly byNamespace: { readonly [namespace: string]: number };
  /** The first matches in order of profile id. */
  readonly firstMatches: readonly ProfileId[];
}

/** The members of an audience that come from elsewhere, by identities of one namespace, in pieces. */
export interface GivenMembers {
  /** Storing the same id again changes nothing. */
  readonly runId: string;
  readonly audienceId: AudienceId;
  readonly asOf: EpochMs;
  readonly namespace: string;
  readonly ids: AsyncIterable<readonly string[]>;
}

/** The stored size of an audience. */
export interface MembershipSummary {
  readonly members: number;
  readonly asOf: EpochMs;
}

/** A member with the attributes asked for, by dotted path. */
export interface Member {
  readonly profileId: ProfileId;
  readonly identity: Identity;
  readonly attributes: Readonly<Record<string, PqlValue>>;
}

/** Which members: in order of profile id, after `after`. */
export interface MemberPage {
  readonly after: ProfileId | null;
  readonly limit: number;
  /** Leaf paths of the profile schema; unknown or empty columns give null. */
  readonly fields: readonly string[];
}

/** Who is written: everyone, less what the members take away. */
export interface RowSelection {
  /** Members, or past members, of any of these; null for everyone. */
  readonly segments: readonly ExportSegment[] | null;
  /** The last entry or exit was in this span, both ends included. */
  readonly qualifiedFrom: EpochMs | null;
  readonly qualifiedTo: EpochMs | null;
  /** Something was said or done about them after this. */
  readonly changedAfter: EpochMs | null;
  /** Whether people without any attribute are written too. */
  readonly withEmpty: boolean;
}

/** A field to write, by dotted path; moments are stored as numbers, so the caller says which those are. */
export interface RowField {
  readonly path: string;
  readonly isTime: boolean;
}

/**
 * Rows to write, each with `identityNamespace` and `identityId`. Profiles have `segmentMembership` when segments are
 * selected and `withMemberships`; events are those of the selected people, in a span with both ends included.
 */
export type RowQuery =
  | {
      readonly content: 'profiles';
      readonly selection: RowSelection;
      readonly fields: readonly RowField[];
      readonly withMemberships: boolean;
    }
  | {
      readonly content: 'events';
      readonly selection: RowSelection;
      readonly fields: readonly RowField[];
      readonly from: EpochMs | null;
      readonly to: EpochMs | null;
    };

/** How many rows a query has, by the namespace of the person's identity. */
export type RowCounts = Readonly<Record<string, number>>;

/** One line of the change log of an audience. */
export interface MembershipChange {
  readonly profileId: ProfileId;
  readonly status: 'realized' | 'exited';
  readonly at: EpochMs;
}

/** The data plane. */
export interface DataStore {
  /** Where the fields are. `schema` names the types of columns that may be made later. */
  layout(scope: Scope): Promise<DataLayout>;
  /**
   * Writes a batch; new columns and profile ids are made as needed. Calls of one sandbox must not overlap: hold the
   * control store's lock of the sandbox.
   */
  write(scope: Scope, schema: Schema, batch: WriteBatch): Promise<void>;
  /** Tidies storage after many writes, so that reads are fast. Changes no answer. */
  compact(scope: Scope): Promise<void>;
  count(scope: Scope): Promise<DataCounts>;

  /**
   * Runs scans and algebra, stores the members, logs entries and exits, all or nothing per audience. Aborting stops
   * between steps and leaves the memberships as they were. So does `RulesExhausted`, thrown when a rule needs more memory
   * than the engine has; several runs may share an id when each is of other audiences.
   */
  runBatch(
    scope: Scope,
    run: BatchRun,
    options: { signal: AbortSignal; onProgress: ProgressListener },
  ): Promise<BatchOutcome>;
  /**
   * Makes those with a profile the members of an audience, instead of the members it had; logs entries and exits. Calls of
   * one sandbox must not overlap with each other or with `runBatch`. Aborting leaves the memberships as they were.
   */
  replaceMembers(scope: Scope, given: GivenMembers, signal: AbortSignal): Promise<AudienceCount>;
  /** Runs the scans and the algebra of one rule and stores nothing. Aborting stops between steps, and scans. */
  probe(
    scope: Scope,
    probe: Probe,
    options: { signal: AbortSignal; onProgress: ProgressListener },
  ): Promise<ProbeOutcome>;
  /** Those of `ids` that exist, in order of profile id, with the fields asked for. */
  profiles(scope: Scope, ids: readonly ProfileId[], fields: readonly string[]): Promise<readonly Member[]>;
  /** Stored sizes; audiences that were never evaluated are absent. */
  summaries(scope: Scope, ids: readonly AudienceId[]): Promise<ReadonlyMap<AudienceId, MembershipSummary>>;
  members(scope: Scope, id: AudienceId, page: MemberPage): Promise<readonly Member[]>;
  /** All members in order of profile id, in bounded memory. */
  streamMembers(scope: Scope, id: AudienceId, fields: readonly string[], signal: AbortSignal): AsyncIterable<Member>;
  /** The rows of a query as a file, in pieces. CSV has a header line. */
  exportRows(scope: Scope, query: RowQuery, format: ExportFormat, signal: AbortSignal): AsyncIterable<Uint8Array>;
  countRows(scope: Scope, query: RowQuery, signal: AbortSignal): Promise<RowCounts>;
  /** Entries and exits, oldest first. */
  changes(
    scope: Scope,
    id: AudienceId,
    page: { readonly offset: number; readonly limit: number },
  ): Promise<readonly MembershipChange[]>;
  /** Forgets the members and the log of an audience. */
  deleteAudience(scope: Scope, id: AudienceId): Promise<void>;
  /** Drops the sandbox's database. */
  dropSandbox(scope: Scope): Promise<void>;

  /** Throws `engineUnavailable` when the engine does not answer. */
  ping(): Promise<void>;
  close(): Promise<void>;
}
