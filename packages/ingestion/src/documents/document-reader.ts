/** JSON lines that are XDM documents already. Source: docs/import.md#xdm-documents. */
import { type EpochMs, epochMs, type ImportRun } from '@muster/audience';
import { decodeDocument, type ObjectType, type PqlObject, parseIsoTime, type Schema } from '@muster/pql';
import type { Identity } from '@muster/store';
import { type FactReader, type FactSink, RowRejected } from '../facts.ts';
import { isObject, type UnknownObject } from '../mapping/findings.ts';
import { toEventRecord } from '../mapping/plan-mapping.ts';

/** Fields that the schema does not have, of which a remark is made. */
const remarksMax = 20;

/** What the reader must know beyond the document. */
export interface DocumentContext {
  readonly kind: ImportRun['kind'];
  readonly schema: Schema;
  /** The time of records that say none. */
  readonly defaultTime: EpochMs;
  readonly identityLengthMax: number;
}

/** The reader of XDM documents: profile records or events, whichever the import is of. */
export function createDocumentReader(context: DocumentContext): FactReader {
  const remarked = new Set<string>();
  return {
    take(row, sink) {
      if (row.kind === 'malformed') {
        sink.reject(row.row, row.message);
        return;
      }
      if (row.kind === 'cells') {
        sink.reject(row.row, 'the row is not a JSON document');
        return;
      }
      try {
        takeDocument(row.document, row.row, context, remarked, sink);
      } catch (error) {
        if (!(error instanceof RowRejected)) throw error;
        sink.reject(row.row, error.message);
      }
    },
    end: () => undefined,
    firstOpenRow: () => null,
  };
}

function takeDocument(
  document: unknown,
  row: number,
  context: DocumentContext,
  remarked: Set<string>,
  sink: FactSink,
): void {
  if (!isObject(document)) throw new RowRejected('the line is not an object');
  const identity = primaryIdentity(document, context.identityLengthMax);
  if (identity === null) {
    sink.skip();
    return;
  }
  const isEvent = context.kind === 'events';
  const type = isEvent ? context.schema.event : context.schema.profile;
  const { body, ignored } = decode(type, document);
  if (isEvent) sink.event(toEventRecord(identity, body), row);
  else sink.record({ identity, attributes: body, time: recordTime(document) ?? context.defaultTime }, row, null);
  for (const path of ignored) {
    if (remarked.has(path) || remarked.size >= remarksMax) continue;
    remarked.add(path);
    sink.remark(row, `\`${path}\` is not in the schema: it is left out, in this row and in others`);
  }
}

function decode(
  type: ObjectType,
  document: UnknownObject,
): { readonly body: PqlObject; readonly ignored: readonly string[] } {
  const { document: body, problems, ignored } = decodeDocument(type, document);
  const [first] = problems;
  if (first !== undefined) throw new RowRejected(`\`${first.path}\`: ${first.message}`);
  // The identity is kept beside the document, also where the schema does not list its map.
  return { body, ignored: ignored.filter((path) => path !== 'identityMap') };
}

/**
 * The identity that says whose the document is: the one entry with `primary: true`, or the only entry. Null when there
 * are none. Throws `RowRejected` when several could be meant.
 */
export function primaryIdentity(document: UnknownObject, identityLengthMax: number): Identity | null {
  const entries = identityEntries(document['identityMap']);
  const primary = entries.filter(({ isPrimary }) => isPrimary);
  const candidates = primary.length > 0 ? primary : entries;
  const [found] = candidates;
  if (found === undefined) return null;
  if (candidates.length > 1) {
    throw new RowRejected('`identityMap` has several identities and not exactly one with `primary: true`');
  }
  if (found.id.length > identityLengthMax) {
    throw new RowRejected(`the identity is longer than ${identityLengthMax} characters (identityLengthMax)`);
  }
  return { namespace: found.namespace, id: found.id };
}

function identityEntries(map: unknown): readonly (Identity & { readonly isPrimary: boolean })[] {
  if (map === undefined || map === null) return [];
  if (!isObject(map)) throw new RowRejected('`identityMap` is not an object');
  return Object.entries(map).flatMap(([namespace, list]) => {
    if (!Array.isArray(list)) throw new RowRejected(`\`identityMap.${namespace}\` is not a list`);
    return list.filter(isObject).flatMap((entry) => {
      const { id, primary } = entry;
      return typeof id === 'string' && id !== '' ? [{ namespace, id, isPrimary: primary === true }] : [];
    });
  });
}

/** When the record says it was made. */
function recordTime(document: UnknownObject): EpochMs | null {
  const audit = document['extSourceSystemAudit'];
  const repository = document['_repo'];
  const text =
    (isObject(audit) ? audit['lastUpdatedDate'] : null) ?? (isObject(repository) ? repository['modifyDate'] : null);
  if (typeof text === 'number' && Number.isSafeInteger(text)) return epochMs(text);
  const time = typeof text === 'string' ? parseIsoTime(text) : null;
  return time === null ? null : epochMs(time);
}
