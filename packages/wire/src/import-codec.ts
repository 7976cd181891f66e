/** Imports between wire and domain. */
import { type ImportRun, type JsonObject, Problem } from '@muster/audience';
import { Check } from 'typebox/value';
import { checkValue } from './check-value.ts';
import { type ImportListResource, type ImportResource, NewImportBody } from './import-schema.ts';
import type { PageRequest } from './query-parameters.ts';

/** What a client says of an import. */
export interface NewImport {
  readonly name: string;
  readonly kind: 'profiles' | 'events';
  readonly fingerprint: string;
  readonly mapping: JsonObject | null;
}

/** The import a body announces, or what is wrong with the body. */
export function decodeNewImport(body: unknown): NewImport | Problem {
  if (!Check(NewImportBody, body)) return new Problem('invalidBody', checkValue(NewImportBody, body));
  return { name: body.name, kind: body.kind, fingerprint: body.fingerprint, mapping: body.mapping ?? null };
}

/** The resource of an import. */
export function encodeImport(run: ImportRun): ImportResource {
  return {
    id: run.id,
    name: run.name,
    kind: run.kind,
    fingerprint: run.fingerprint,
    ...(run.mapping === null ? {} : { mapping: run.mapping }),
    status: run.status,
    counts: { ...run.counts },
    committedRows: run.committedRows,
    problems: run.problems.map(({ row, message }) => ({ row, message })),
    ...(run.error === null ? {} : { error: run.error }),
    createdBy: run.createdBy,
    creationTime: run.createdAt,
    updateTime: run.updatedAt,
    _links: { content: { href: `/imports/${run.id}/content`, method: 'PUT' } },
  };
}

/** A page of imports. */
export function encodeImportList(
  page: PageRequest,
  runs: readonly ImportRun[],
  totalCount: number,
): ImportListResource {
  const totalPages = Math.ceil(totalCount / page.limit);
  const hasNext = page.index + 1 < totalPages;
  const next = String(page.index + 1);
  return {
    children: runs.map(encodeImport),
    _page: {
      totalCount,
      totalPages,
      pageSize: runs.length,
      limit: page.limit,
      start: String(page.index),
      ...(hasNext ? { next } : {}),
    },
    _links: { next: hasNext ? { href: `@/imports?start=${next}&limit=${page.limit}` } : {} },
  };
}
