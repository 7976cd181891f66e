/** Rows that belong together, though others may lie between them. */
import { Problem } from '@muster/audience';
import type { PqlObject } from '@muster/pql';
import type { Identity } from '@muster/store';
import { KeySet } from './key-set.ts';
import type { ImportLimits } from './limits.ts';

/** Rows of one key of one person. */
export interface RowGroup {
  readonly key: string;
  readonly identity: Identity;
  readonly firstRow: number;
  lastRow: number;
  bytes: number;
  readonly rows: PqlObject[];
}

/** A row on its way into its group. */
export interface GroupedRow {
  readonly key: string;
  readonly identity: Identity;
  readonly row: number;
  readonly bytes: number;
  readonly value: PqlObject;
}

/**
 * The groups of a file.
 *
 * A group is open until `groupWindowRows` rows have passed since its last one. A row that comes later for the same key
 * fails the import: its event is written already, and leaving the row out, or writing the event without the others,
 * would lose data unseen. Throws `limitExceeded` as well when the open groups or the number of groups grow too large.
 *
 * INVARIANT: `#open` is in order of `lastRow`, since a group moves to the end when a row joins it.
 */
export class RowGroups {
  readonly #limits: ImportLimits;
  readonly #open = new Map<string, RowGroup>();
  readonly #closed = new KeySet();
  #bytes = 0;
  #latest: RowGroup | null = null;

  constructor(limits: ImportLimits) {
    this.#limits = limits;
  }

  /** Takes a row. */
  add(row: GroupedRow): void {
    const id = `${row.identity.id}\0${row.key}`;
    const group = this.#open.get(id);
    if (group === undefined) this.#openGroup(id, row);
    else this.#join(id, group, row);
    this.#bytes += row.bytes;
    if (this.#bytes > this.#limits.openGroupBytesMax) this.#refuseSize();
  }

  /** The groups that no row can join any more once row `row` has been read, oldest last row first. */
  *close(row: number): Iterable<RowGroup> {
    for (const [id, group] of this.#open) {
      if (group.lastRow >= row - this.#limits.groupWindowRows) return;
      this.#closeGroup(id, group);
      yield group;
    }
  }

  /** All groups that are open, after the last row. */
  *closeAll(): Iterable<RowGroup> {
    for (const [id, group] of this.#open) {
      this.#closeGroup(id, group);
      yield group;
    }
  }

  /** The first row of all open groups; null when none is open. Cost: the number of open groups. */
  firstOpenRow(): number | null {
    let first: number | null = null;
    for (const { firstRow } of this.#open.values()) first = first === null ? firstRow : Math.min(first, firstRow);
    return first;
  }

  #openGroup(id: string, { key, identity, row, bytes, value }: GroupedRow): void {
    if (this.#closed.has(id)) this.#refuseLateRow(key, row);
    this.#latest = { key, identity, firstRow: row, lastRow: row, bytes, rows: [value] };
    this.#open.set(id, this.#latest);
  }

  #join(id: string, group: RowGroup, { row, bytes, value }: GroupedRow): void {
    group.rows.push(value);
    group.bytes += bytes;
    group.lastRow = row;
    // Rows of a group mostly follow each other: then it is at the end already.
    if (group === this.#latest) return;
    this.#open.delete(id);
    this.#open.set(id, group);
    this.#latest = group;
  }

  #closeGroup(id: string, group: RowGroup): void {
    this.#open.delete(id);
    this.#bytes -= group.bytes;
    this.#closed.add(id);
    const { groupsMax } = this.#limits;
    if (this.#closed.size > groupsMax) {
      throw new Problem('limitExceeded', [
        { message: `the file has more than ${groupsMax} groups (groupsMax)`, suggestion: 'import it in parts' },
      ]);
    }
  }

  #refuseLateRow(key: string, row: number): never {
    const { groupWindowRows } = this.#limits;
    throw new Problem('limitExceeded', [
      {
        message:
          `row ${row} belongs to the group \`${key.slice(0, 200)}\`, whose last row came more than ` +
          `${groupWindowRows} rows earlier (groupWindowRows)`,
        suggestion: 'sort the file so that the rows of a group are near each other, and import it again',
      },
    ]);
  }

  #refuseSize(): never {
    const { openGroupBytesMax } = this.#limits;
    throw new Problem('limitExceeded', [
      {
        message: `groups that wait for further rows hold more than ${openGroupBytesMax} bytes (openGroupBytesMax)`,
        suggestion: 'check that `groupBy` tells the groups apart',
      },
    ]);
  }
}
