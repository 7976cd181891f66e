/** The `identity`, `profile` and `event` parts of a mapping. */
import type { ObjectType } from '@muster/pql';
import { checkScript, checkScriptOf } from './check-script.ts';
import { type Findings, isObject, pointTo, type UnknownObject } from './findings.ts';
import type { AssignedValue, Assignment, EventOutput, Mapping, ProfileOutput } from './mapping.ts';

/** What keys and identities may be made of. */
const keyKinds = ['string', 'integer'] as const;
/** How deep lists of objects may lie in each other. */
const listDepthMax = 4;

/** Whose a row is; null and findings when that is not said. */
export function decodeIdentity(value: unknown, row: ObjectType, findings: Findings): Mapping['identity'] | null {
  const object = findings.object(value, '/identity', ['namespace', 'value']);
  if (object === null) return null;
  const namespace = findings.text(object['namespace'], '/identity/namespace');
  const script = checkScriptOf(object['value'], '/identity/value', row, keyKinds, findings);
  return namespace === null || script === null ? null : { namespace, value: script };
}

/** The profile part; null when there is none, or it is wrong. */
export function decodeProfileOutput(value: unknown, row: ObjectType, findings: Findings): ProfileOutput | null {
  if (value === undefined) return null;
  const object = findings.object(value, '/profile', ['time', 'set']);
  if (object === null) return null;
  const time =
    object['time'] === undefined ? null : checkScriptOf(object['time'], '/profile/time', row, ['timestamp'], findings);
  return { time, set: decodeSet(object['set'], '/profile/set', row, findings) };
}

/** The event part; null when there is none, or it is wrong. */
export function decodeEventOutput(value: unknown, row: ObjectType, findings: Findings): EventOutput | null {
  if (value === undefined) return null;
  const object = findings.object(value, '/event', ['groupBy', 'set']);
  if (object === null) return null;
  const isGrouped = object['groupBy'] !== undefined;
  const groupBy = isGrouped ? checkScriptOf(object['groupBy'], '/event/groupBy', row, keyKinds, findings) : null;
  const set = decodeSet(object['set'], '/event/set', isGrouped ? groupTypeOf(row, findings) : row, findings);
  for (const needed of ['_id', 'timestamp']) {
    const isSet = isObject(object['set']) && Object.hasOwn(object['set'], needed);
    if (!isSet) findings.add('/event/set', `an event needs \`${needed}\``);
  }
  return { groupBy, set };
}

/** A group as expressions see it: the columns of its first row, and all its rows as `lines`. */
function groupTypeOf(row: ObjectType, findings: Findings): ObjectType {
  if (row.fields.has('lines')) {
    findings.add('/columns/lines', 'with `groupBy`, `lines` is the list of the rows of a group', {
      suggestion: 'give the column another name, and the name in the file as `source`',
    });
  }
  return { kind: 'object', fields: new Map([...row.fields, ['lines', { type: { kind: 'array', element: row } }]]) };
}

function decodeSet(
  value: unknown,
  pointer: string,
  root: ObjectType,
  findings: Findings,
  depth = 0,
): readonly Assignment[] {
  const object = findings.object(value, pointer, null);
  if (object === null) return [];
  if (Object.keys(object).length === 0) findings.add(pointer, 'must set a field');
  return Object.entries(object).flatMap(([name, text]) => {
    const at = pointTo(pointer, name);
    const path = name.split('.');
    if (path.includes('')) findings.add(at, `\`${name}\` is no path of a field`);
    const assigned = isObject(text)
      ? decodeItems(text, at, root, findings, depth)
      : decodeScriptValue(text, at, root, findings);
    return assigned === null ? [] : [{ path, pointer: at, value: assigned }];
  });
}

function decodeScriptValue(
  value: unknown,
  pointer: string,
  root: ObjectType,
  findings: Findings,
): AssignedValue | null {
  const script = checkScript(value, pointer, root, findings);
  return script === null ? null : { kind: 'script', script };
}

function decodeItems(
  object: UnknownObject,
  pointer: string,
  root: ObjectType,
  findings: Findings,
  depth: number,
): AssignedValue | null {
  findings.object(object, pointer, ['from', 'set']);
  if (depth >= listDepthMax) {
    findings.add(pointer, `lists lie in each other more than ${listDepthMax} deep (listDepthMax)`);
    return null;
  }
  const from = checkScriptOf(object['from'], `${pointer}/from`, root, ['array'], findings);
  if (from === null) return null;
  const { type } = from.checked;
  if (type.kind !== 'array' || type.element.kind !== 'object') {
    findings.add(`${pointer}/from`, 'the items are no objects', { expected: 'a list of objects, such as `lines`' });
    return null;
  }
  return { kind: 'items', from, set: decodeSet(object['set'], `${pointer}/set`, type.element, findings, depth + 1) };
}
