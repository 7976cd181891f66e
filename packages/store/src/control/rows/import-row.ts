/** Imports as rows. */
import { actorId, type ImportRun, importId, importStatuses, type RowProblem, type Scope } from '@muster/audience';
import type { Insertable } from 'kysely';
import { columnText } from '../column-text.ts';
import type { ControlTables } from '../tables.ts';
import {
  listOf,
  memberOf,
  numberOf,
  objectOrNullOf,
  oneOf,
  parsedOf,
  renderJson,
  textOf,
  textOrNullOf,
  timeOf,
} from './row.ts';

/** The row of an import. Status and update time are columns only, so that many can be changed at once. */
export function encodeImport(scope: Scope, run: ImportRun): Insertable<ControlTables['imports']> {
  const { status, updatedAt, ...document } = run;
  return {
    org: scope.org,
    sandbox: scope.sandbox,
    id: columnText(run.id),
    fingerprint: columnText(run.fingerprint),
    status,
    created_at: run.createdAt,
    updated_at: updatedAt,
    document: renderJson(document),
  };
}

const kinds = ['profiles', 'events'] as const;

function decodeProblem(value: unknown): RowProblem {
  return { row: numberOf(value, 'row'), message: textOf(value, 'message') };
}

/** The import in a row with `document`, `status` and `updated_at`. */
export function decodeImport(row: unknown): ImportRun {
  const document = parsedOf(row, 'document');
  const counts = memberOf(document, 'counts');
  return {
    id: importId(textOf(document, 'id')),
    name: textOf(document, 'name'),
    kind: oneOf(kinds, document, 'kind'),
    fingerprint: textOf(document, 'fingerprint'),
    mapping: objectOrNullOf(document, 'mapping'),
    status: oneOf(importStatuses, row, 'status'),
    counts: {
      rows: numberOf(counts, 'rows'),
      profiles: numberOf(counts, 'profiles'),
      events: numberOf(counts, 'events'),
      skipped: numberOf(counts, 'skipped'),
      rejected: numberOf(counts, 'rejected'),
    },
    committedRows: numberOf(document, 'committedRows'),
    problems: listOf(document, 'problems', decodeProblem),
    error: textOrNullOf(document, 'error'),
    createdBy: actorId(textOf(document, 'createdBy')),
    createdAt: timeOf(document, 'createdAt'),
    updatedAt: timeOf(row, 'updated_at'),
  };
}
