/** What an import has found so far: the totals, and the facts that wait to be written. */
import type { ImportCounts, RowProblem } from '@muster/audience';
import { Problem } from '@muster/audience';
import type { EventRecord, Identity, ProfileRecord } from '@muster/store';
import type { FactSink } from './facts.ts';
import { KeySet } from './key-set.ts';
import type { ImportLimits } from './limits.ts';

/** Facts to be written together, and the state of the import once they are. */
export interface LedgerPage {
  readonly records: readonly ProfileRecord[];
  readonly events: readonly EventRecord[];
  readonly state: LedgerState;
}

/** The part of an import's state that its rows decide. */
export interface LedgerState {
  readonly counts: ImportCounts;
  readonly problems: readonly RowProblem[];
  readonly committedRows: number;
}

/** Whose facts these are, as a text: namespaces are compared without regard to case. */
const identityKey = ({ namespace, id }: Identity): string => `${namespace.toLowerCase()}\0${id}`;

/**
 * Takes facts and counts rows.
 *
 * After an interruption the whole file is read again from its start, so that groups, totals and problems come out as
 * in an uninterrupted run; only the writes of what is durable already are left out. That makes a restart as simple as
 * a start, at the price of reading the first part twice.
 */
export class ImportLedger implements FactSink {
  readonly #limits: ImportLimits;
  /** Rows whose facts an earlier attempt has written. */
  readonly #durableRows: number;
  readonly #people = new KeySet();
  readonly #problems: RowProblem[] = [];
  #rows = 0;
  #events = 0;
  #skipped = 0;
  #rejected = 0;
  /** Records waiting to be written, those of one person about the same fields only once. */
  #records = new Map<string, ProfileRecord>();
  #unmergedRecords: ProfileRecord[] = [];
  #waitingEvents: EventRecord[] = [];
  #bytes = 0;

  constructor(durableRows: number, limits: ImportLimits) {
    this.#durableRows = durableRows;
    this.#limits = limits;
  }

  /** Counts a row that was read. */
  countRow(row: number, bytes: number): void {
    this.#rows = row;
    this.#bytes += bytes;
  }

  record(record: ProfileRecord, row: number, leaves: string | null): void {
    const key = identityKey(record.identity);
    if (this.#people.add(key)) this.#assertPeople();
    if (row <= this.#durableRows) return;
    if (leaves === null) {
      this.#unmergedRecords.push(record);
      return;
    }
    const fragment = `${key}\0${leaves}`;
    const known = this.#records.get(fragment);
    // Of two statements of the same time the later row counts.
    if (known === undefined || known.time <= record.time) this.#records.set(fragment, record);
  }

  event(event: EventRecord, lastRow: number): void {
    this.#events++;
    if (lastRow > this.#durableRows) this.#waitingEvents.push(event);
  }

  skip(): void {
    this.#skipped++;
  }

  reject(row: number, message: string, rows = 1): void {
    this.#rejected += rows;
    this.remark(row, message);
  }

  remark(row: number, message: string): void {
    if (this.#problems.length < this.#limits.problemsMax) this.#problems.push({ row, message });
  }

  /** Whether enough is waiting to be written. */
  isFull(): boolean {
    const { batchEventsMax, batchRecordsMax, batchBytesMax } = this.#limits;
    const records = this.#records.size + this.#unmergedRecords.length;
    const waiting = records + this.#waitingEvents.length;
    return (
      this.#waitingEvents.length >= batchEventsMax ||
      records >= batchRecordsMax ||
      (this.#bytes >= batchBytesMax && waiting > 0)
    );
  }

  /** What waits, and the state once it is written; nothing waits afterwards. `firstOpenRow` as the reader says it. */
  takePage(firstOpenRow: number | null): LedgerPage {
    const records = [...this.#unmergedRecords, ...this.#records.values()];
    const events = this.#waitingEvents;
    this.#records = new Map();
    this.#unmergedRecords = [];
    this.#waitingEvents = [];
    this.#bytes = 0;
    return { records, events, state: this.#state(firstOpenRow) };
  }

  // INVARIANT: rows up to `committedRows` have all their facts in pages taken so far: no group that is open has a row
  // among them, and the facts of rows outside open groups are handed over as the rows are read.
  #state(firstOpenRow: number | null): LedgerState {
    return {
      counts: {
        rows: this.#rows,
        profiles: this.#people.size,
        events: this.#events,
        skipped: this.#skipped,
        rejected: this.#rejected,
      },
      problems: [...this.#problems],
      committedRows: Math.max(this.#durableRows, firstOpenRow === null ? this.#rows : firstOpenRow - 1),
    };
  }

  #assertPeople(): void {
    const { peopleMax } = this.#limits;
    if (this.#people.size <= peopleMax) return;
    throw new Problem('limitExceeded', [
      { message: `the file has more than ${peopleMax} people (peopleMax)`, suggestion: 'import it in parts' },
    ]);
  }
}
