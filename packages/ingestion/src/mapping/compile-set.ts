/** The fields a mapping sets, as functions. */
import {
  type CheckedExpression,
  describeType,
  type Evaluation,
  type ObjectType,
  type PqlObject,
  type PqlType,
  type PqlValue,
  scalarTypes,
} from '@muster/pql';
import { compileScript } from './compile-script.ts';
import type { Findings } from './findings.ts';
import type { AssignedValue, Assignment } from './mapping.ts';

/** A document under construction: plain JSON, not yet decoded. */
export type Draft = { [name: string]: Draft | readonly Draft[] | PqlValue };

/** Sets fields of a draft; gives, for each field, `1` when it has a value and `0` when not. */
export type SetFields = (root: PqlObject, draft: Draft) => string;

/**
 * The assignments as a function. Fields that `target` does not have, that are set twice, or whose type the value does
 * not fit, are findings.
 */
export function compileSet(
  assignments: readonly Assignment[],
  target: ObjectType,
  evaluation: Evaluation,
  findings: Findings,
): SetFields {
  const writers = assignments.map((assignment) => {
    assertOnce(assignment, assignments, findings);
    const type = targetType(target, assignment, findings);
    return compileWriter(assignment, type, evaluation, findings);
  });
  return (root, draft) => {
    let present = '';
    for (const write of writers) present += write(root, draft) ? '1' : '0';
    return present;
  };
}

function assertOnce(assignment: Assignment, all: readonly Assignment[], findings: Findings): void {
  const inside = all.find(
    (other) =>
      other !== assignment && other.path.length > assignment.path.length && startsWith(other.path, assignment.path),
  );
  if (inside === undefined) return;
  findings.add(assignment.pointer, `\`${assignment.path.join('.')}\` and \`${inside.path.join('.')}\` are both set`);
}

const startsWith = (path: readonly string[], start: readonly string[]): boolean =>
  start.every((step, index) => path[index] === step);

/** The type of the field that is set; untyped, and a finding, when there is none. */
function targetType(target: ObjectType, { path, pointer }: Assignment, findings: Findings): PqlType {
  let type: PqlType = target;
  for (const [index, step] of path.entries()) {
    if (type.kind === 'any') return type;
    const before = path.slice(0, index).join('.');
    if (type.kind !== 'object' && type.kind !== 'map') {
      findings.add(pointer, `\`${before}\` is ${describeType(type)} and has no field \`${step}\``, {
        ...(type.kind === 'array' ? { suggestion: `set \`${before}\` to { "from": …, "set": { … } }` } : {}),
      });
      return scalarTypes.any;
    }
    const member: PqlType | null = type.kind === 'map' ? type.value : memberType(type, step);
    if (member === null) {
      findings.add(pointer, `the schema has no field \`${path.slice(0, index + 1).join('.')}\``, {
        suggestion: 'check the name, or add the field in the `schema` part of the mapping',
      });
      return scalarTypes.any;
    }
    type = member;
  }
  return type;
}

const memberType = (type: ObjectType, name: string): PqlType | null =>
  type.fields.get(name)?.type ?? (type.open === true ? scalarTypes.any : null);

function compileWriter(
  { path, pointer, value }: Assignment,
  type: PqlType,
  evaluation: Evaluation,
  findings: Findings,
): (root: PqlObject, draft: Draft) => boolean {
  const read = compileValue(value, type, pointer, evaluation, findings);
  const last = path.at(-1) ?? '';
  const before = path.slice(0, -1);
  return (root, draft) => {
    const found = read(root);
    if (found === null) return false;
    let at = draft;
    for (const step of before) at = innerDraft(at, step);
    at[last] = found;
    return true;
  };
}

function innerDraft(draft: Draft, step: string): Draft {
  const inner = draft[step];
  if (isDraft(inner)) return inner;
  const made = emptyDraft();
  draft[step] = made;
  return made;
}

const isDraft = (value: Draft[string] | undefined): value is Draft =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** An empty draft, which no name can reach a prototype of. */
export const emptyDraft = (): Draft => ({ __proto__: null }) satisfies Draft;

function compileValue(
  value: AssignedValue,
  type: PqlType,
  pointer: string,
  evaluation: Evaluation,
  findings: Findings,
): (root: PqlObject) => PqlValue | readonly Draft[] {
  if (value.kind === 'script') {
    checkFits(value.script.checked, type, pointer, findings);
    return compileScript(value.script.checked, evaluation);
  }
  const element = type.kind === 'array' ? type.element : type;
  if (type.kind !== 'any' && (type.kind !== 'array' || (element.kind !== 'object' && element.kind !== 'any'))) {
    findings.add(pointer, `the field is ${describeType(type)}, not a list of objects`);
  }
  const items = compileScript(value.from.checked, evaluation);
  const open: ObjectType = { kind: 'object', fields: new Map(), open: true };
  const set = compileSet(value.set, element.kind === 'object' ? element : open, evaluation, findings);
  return (root) => {
    const found = items(root);
    if (!isList(found)) return null;
    return found.filter(isPqlObject).map((item) => {
      const draft = emptyDraft();
      set(item, draft);
      return draft;
    });
  };
}

const isList = (value: PqlValue): value is readonly PqlValue[] => Array.isArray(value);
const isPqlObject = (value: PqlValue): value is PqlObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function checkFits(checked: CheckedExpression, type: PqlType, pointer: string, findings: Findings): void {
  if (fits(checked.type, type)) return;
  findings.add(pointer, `the value is ${describeType(checked.type)}, the field ${describeType(type)}`);
}

/** What scalars may be given to which fields; what does not convert after all is rejected row by row. */
const takers: Readonly<Record<string, readonly PqlType['kind'][]>> = {
  string: ['string', 'integer', 'number', 'boolean', 'timestamp'],
  integer: ['integer', 'number', 'string', 'timestamp'],
  number: ['integer', 'number', 'string', 'timestamp'],
  boolean: ['boolean', 'string'],
  timestamp: ['timestamp'],
};

function fits(value: PqlType, field: PqlType): boolean {
  if (['any', 'null'].includes(value.kind) || field.kind === 'any') return true;
  if (value.kind === 'array') return field.kind === 'array' && fits(value.element, field.element);
  if (value.kind === 'object' || value.kind === 'map') return field.kind === 'object' || field.kind === 'map';
  return takers[value.kind]?.includes(field.kind) === true;
}
