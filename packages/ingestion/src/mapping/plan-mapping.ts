/** A mapping against the fields of a sandbox: ready to run. */

import { epochMs } from '@muster/audience';
import {
  decodeDocument,
  type Evaluation,
  type ObjectType,
  type PqlObject,
  type PqlValue,
  type Schema,
} from '@muster/pql';
import type { EventRecord, Identity, ProfileRecord } from '@muster/store';
import { RowRejected } from '../facts.ts';
import { compileScript } from './compile-script.ts';
import { compileSet, emptyDraft, type SetFields } from './compile-set.ts';
import { Findings } from './findings.ts';
import type { Mapping } from './mapping.ts';

/** A profile record and which of the mapped fields it has. */
export interface MappedRecord {
  readonly record: ProfileRecord;
  readonly leaves: string;
}

/** What can be made of rows. All throw `RowRejected`. */
export interface MappingPlan {
  /** Whose the row is; null: nobody's. */
  identityOf(row: PqlObject): Identity | null;
  /** The row's profile record; null when the mapping has no profile part or no field has a value. */
  recordOf(row: PqlObject, identity: Identity): MappedRecord | null;
  /** How the rows of events are found; null when the mapping has no event part. */
  readonly event: {
    /** The group of a row; null when each row is an event. */
    readonly groupKeyOf: ((row: PqlObject) => string) | null;
    /** The event of a row, or of the first row of a group with all its `lines`. */
    eventOf(root: PqlObject, identity: Identity): EventRecord;
  } | null;
}

/**
 * The plan of a mapping. `evaluation.asOf` is `now` of its expressions and the time of records that say none. Throws
 * `mappingInvalid` when a field it sets is not in the schema or takes no value of that type.
 */
export function planMapping(
  mapping: Mapping,
  schema: Schema,
  evaluation: Evaluation,
  identityLengthMax: number,
): MappingPlan {
  const findings = new Findings();
  const { profile, event } = mapping;
  const setProfile = profile === null ? null : compileSet(profile.set, schema.profile, evaluation, findings);
  const setEvent = event === null ? null : compileSet(event.set, schema.event, evaluation, findings);
  findings.throwIfAny();
  return {
    identityOf: compileIdentity(mapping, evaluation, identityLengthMax),
    recordOf: setProfile === null ? () => null : compileRecord(mapping, schema.profile, setProfile, evaluation),
    event:
      setEvent === null
        ? null
        : { groupKeyOf: compileGroupKey(mapping, evaluation), eventOf: compileEvent(schema.event, setEvent) },
  };
}

function compileIdentity(mapping: Mapping, evaluation: Evaluation, lengthMax: number): MappingPlan['identityOf'] {
  const { namespace } = mapping.identity;
  const value = compileScript(mapping.identity.value.checked, evaluation);
  return (row) => {
    const id = textOf(value(row));
    if (id === null || id === '') return null;
    if (id.length > lengthMax) {
      throw new RowRejected(`the identity is longer than ${lengthMax} characters (identityLengthMax)`);
    }
    return { namespace, id };
  };
}

function textOf(value: PqlValue): string | null {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : null;
}

function compileGroupKey(mapping: Mapping, evaluation: Evaluation): ((row: PqlObject) => string) | null {
  const groupBy = mapping.event?.groupBy ?? null;
  if (groupBy === null) return null;
  const value = compileScript(groupBy.checked, evaluation);
  return (row) => {
    const key = textOf(value(row));
    if (key === null) throw new RowRejected('the row has no value to group by (`/event/groupBy`)');
    return key;
  };
}

function compileRecord(
  mapping: Mapping,
  type: ObjectType,
  set: SetFields,
  evaluation: Evaluation,
): MappingPlan['recordOf'] {
  const time = mapping.profile?.time ?? null;
  const timeOf = time === null ? () => evaluation.asOf : compileScript(time.checked, evaluation);
  return (row, identity) => {
    const draft = emptyDraft();
    const leaves = set(row, draft);
    if (!leaves.includes('1')) return null;
    const at = timeOf(row);
    if (typeof at !== 'number') throw new RowRejected('the row has no time for its profile (`/profile/time`)');
    return { record: { identity, attributes: decodeDraft(type, draft), time: epochMs(at) }, leaves };
  };
}

function compileEvent(type: ObjectType, set: SetFields): (root: PqlObject, identity: Identity) => EventRecord {
  return (root, identity) => {
    const draft = emptyDraft();
    set(root, draft);
    return toEventRecord(identity, decodeDraft(type, draft));
  };
}

/** The event in a decoded body. Throws `RowRejected` when it has no id or no time. */
export function toEventRecord(identity: Identity, body: PqlObject): EventRecord {
  const id = body['_id'];
  const timestamp = body['timestamp'];
  if (typeof id !== 'string' || id === '') throw new RowRejected('the event has no `_id`');
  if (typeof timestamp !== 'number') throw new RowRejected('the event has no `timestamp`');
  return { identity, id, timestamp: epochMs(timestamp), body };
}

/** The decoded document. Throws `RowRejected` when a value does not fit: half a fact is none. */
export function decodeDraft(type: ObjectType, draft: unknown): PqlObject {
  const { document, problems } = decodeDocument(type, draft);
  const [first] = problems;
  if (first !== undefined) throw new RowRejected(`\`${first.path}\`: ${first.message}`);
  return document;
}
