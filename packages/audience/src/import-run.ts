/** One file on its way into profiles and events. */
import type { JsonObject } from './audience.ts';
import type { ActorId, EpochMs, ImportId } from './ids.ts';

/** The states of an import; `interrupted` means: send the file again and it goes on. */
export const importStatuses = ['receiving', 'interrupted', 'failed', 'succeeded'] as const;
export type ImportStatus = (typeof importStatuses)[number];

/** Running totals of an import. Rows are input lines (CSV records, JSON lines). */
export interface ImportCounts {
  readonly rows: number;
  readonly profiles: number;
  readonly events: number;
  /** Left out on purpose, such as lines without an identity. */
  readonly skipped: number;
  /** Left out because something is wrong with them; the first ones are in `problems`. */
  readonly rejected: number;
}

/** Why a row was rejected. `row` counts from 1, without the header. */
export interface RowProblem {
  readonly row: number;
  readonly message: string;
}

/** An import. */
export interface ImportRun {
  readonly id: ImportId;
  /** What the user calls the source, usually the file name. */
  readonly name: string;
  readonly kind: 'profiles' | 'events';
  /** Tells the same file with the same mapping again after an interruption. */
  readonly fingerprint: string;
  /** The mapping document; null for XDM documents that need none. */
  readonly mapping: JsonObject | null;
  readonly status: ImportStatus;
  readonly counts: ImportCounts;
  /** Input rows whose effects are durable: a restart skips them. */
  readonly committedRows: number;
  readonly problems: readonly RowProblem[];
  readonly error: string | null;
  readonly createdBy: ActorId;
  readonly createdAt: EpochMs;
  readonly updatedAt: EpochMs;
}
