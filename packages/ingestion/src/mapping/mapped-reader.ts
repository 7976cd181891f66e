/** Rows into facts by a mapping. */
import type { PqlObject } from '@muster/pql';
import { type FactReader, type FactSink, RowRejected } from '../facts.ts';
import { type RowGroup, RowGroups } from '../group-rows.ts';
import type { ImportLimits } from '../limits.ts';
import type { Row } from '../read/row.ts';
import type { BindRow } from './bind-row.ts';
import type { MappingPlan } from './plan-mapping.ts';

/** The reader that does what the plan says. */
export function createMappedReader(plan: MappingPlan, bind: BindRow, limits: ImportLimits): FactReader {
  const groups = new RowGroups(limits);
  return {
    take(row, sink) {
      takeRow(row, plan, bind, groups, sink);
      for (const group of groups.close(row.row)) closeGroup(group, plan, sink);
    },
    end(sink) {
      for (const group of groups.closeAll()) closeGroup(group, plan, sink);
    },
    firstOpenRow: () => groups.firstOpenRow(),
  };
}

function takeRow(row: Row, plan: MappingPlan, bind: BindRow, groups: RowGroups, sink: FactSink): void {
  if (row.kind === 'malformed') {
    sink.reject(row.row, row.message);
    return;
  }
  try {
    const value = bind(row);
    const identity = plan.identityOf(value);
    if (identity === null) {
      sink.skip();
      return;
    }
    // Both are made before either is handed on, so that a rejected row leaves nothing behind.
    const key = plan.event?.groupKeyOf?.(value) ?? null;
    const mapped = plan.recordOf(value, identity);
    const event = key === null ? (plan.event?.eventOf(value, identity) ?? null) : null;
    if (key !== null) groups.add({ key, identity, row: row.row, bytes: row.bytes, value });
    if (mapped !== null) sink.record(mapped.record, row.row, mapped.leaves);
    if (event !== null) sink.event(event, row.row);
  } catch (error) {
    if (!(error instanceof RowRejected)) throw error;
    sink.reject(row.row, error.message);
  }
}

function closeGroup(group: RowGroup, plan: MappingPlan, sink: FactSink): void {
  try {
    const event = plan.event?.eventOf(groupRoot(group), group.identity) ?? null;
    if (event !== null) sink.event(event, group.lastRow);
  } catch (error) {
    if (!(error instanceof RowRejected)) throw error;
    sink.reject(group.firstRow, `group \`${group.key.slice(0, 200)}\`: ${error.message}`, group.rows.length);
  }
}

/** The first row's columns and all rows as `lines`. */
function groupRoot(group: RowGroup): PqlObject {
  return { __proto__: null, ...group.rows[0], lines: group.rows } satisfies PqlObject;
}
